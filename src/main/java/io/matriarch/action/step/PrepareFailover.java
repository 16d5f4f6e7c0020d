package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms.Known;
import io.matriarch.job.World;
import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Proves on the survivors themselves that one of them could take over, and keeps what is known of
 * the primary now, so that nothing that arrives later changes what was confirmed. Changes nothing.
 */
public record PrepareFailover(InstanceRef primary, Survivors survivors) implements Step {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Override
  public String describe() {
    return "prove that %s could take over from %s, and keep what is known of that"
        .formatted(survivors.candidate(), primary.server());
  }

  @Override
  public Set<Long> servers() {
    return survivors.servers();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Known known = world.terms().known(primary);
    Map<Long, ReadinessFacts> facts = new ConcurrentHashMap<>();
    survivors.each(
        world, s -> facts.put(s.id(), world.replication().readiness(s.instance(), PATIENCE)));
    ReadinessFacts candidate = Objects.requireNonNull(facts.get(survivors.candidate().id()));
    List<String> faults = faults(candidate, world.terms().ownIdentifier());
    survivors.others().stream()
        .filter(o -> !isSame(candidate, facts.getOrDefault(o.id(), candidate)))
        .forEach(
            o ->
                faults.add(
                    "%s has another system identifier than %s"
                        .formatted(o, survivors.candidate())));
    if (!faults.isEmpty()) {
      throw new StepFailed(
          "The failover was refused, and nothing was changed:\n" + String.join("\n", faults));
    }
    Proved.keepKnown(world, known);
    String names = candidate.setting("synchronous_standby_names");
    world.proofs().keep(Proved.SYNCHRONOUS, Objects.requireNonNullElse(names, ""));
  }

  private static boolean isSame(ReadinessFacts candidate, ReadinessFacts other) {
    return Objects.equals(candidate.systemIdentifier(), other.systemIdentifier());
  }

  private List<String> faults(ReadinessFacts facts, String ownIdentifier) {
    Survivor candidate = survivors.candidate();
    List<String> faults = new ArrayList<>();
    if (ownIdentifier.equals(facts.systemIdentifier())) {
      faults.add(
          "%s holds Matriarch's own database, which would be gone in the middle; promote it by hand"
              .formatted(candidate));
    }
    if (Boolean.TRUE.equals(facts.replayPaused())) {
      faults.add(
          "replay is paused on %s; resume it with pg_wal_replay_resume()".formatted(candidate));
    }
    String delay = facts.setting("recovery_min_apply_delay");
    if (delay != null && !delay.equals("0")) {
      faults.add(
          "%s replays with a delay (recovery_min_apply_delay = %s ms); set it to 0 and reload"
              .formatted(candidate, delay));
    }
    if (Boolean.FALSE.equals(facts.alterSystem())) {
      faults.add(
          "ALTER SYSTEM is not allowed on %s, so its primary_conninfo cannot be changed"
              .formatted(candidate));
    }
    return faults;
  }
}
