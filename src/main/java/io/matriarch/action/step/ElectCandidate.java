package io.matriarch.action.step;

import io.matriarch.check.Election;
import io.matriarch.check.Election.Ranked;
import io.matriarch.inventory.Lsn;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms.Known;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the survivors once nobody receives WAL any more. If another one has come further than
 * the candidate, the candidate first receives the rest from that one; what it cannot get is lost,
 * and needs the operator's word.
 *
 * @param acceptLoss the operator's word
 */
public record ElectCandidate(InstanceRef primary, Survivors survivors, boolean acceptLoss)
    implements Step {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration TAIL = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Survivor candidate() {
    return survivors.candidate();
  }

  @Override
  public String describe() {
    return survivors.others().isEmpty()
        ? "prove that %s is on the primary's own timeline, and what would be lost"
            .formatted(candidate())
        : "compare how far %s have come, and give %s what another one has and it has not"
            .formatted(survivors, candidate().instance().server());
  }

  @Override
  public Set<Long> servers() {
    return survivors.servers();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Known known = Proved.known(world);
    Lsn last = known.lsn() == null ? null : Lsn.parse(known.lsn());
    Election election = elect(world, known.timeline(), last);
    world.log().info("how far the survivors have come: " + election);
    Ranked chosen = chosen(election);
    Ranked best = election.ranked().getFirst();
    if (best.position().compareTo(chosen.position()) > 0) {
      receiveTail(world, best, chosen);
      chosen = chosen(elect(world, known.timeline(), last));
    }
    Lsn needed =
        isAcknowledgedHere(world) || last == null ? best.position() : later(last, best.position());
    long missing = Math.max(0, needed.minus(chosen.position()));
    world.proofs().keep(Proved.LOSS, loss(world, chosen, missing, known));
    if (missing > 0 && !acceptLoss) {
      throw new StepFailed(
          "%s lacks %d B that %s or another survivor is known to have (%s, and it has come to %s). Nothing was promoted; bring the primary back, or fail over again and accept the loss."
              .formatted(candidate(), missing, primary.server(), known.lsn(), chosen.position()));
    }
    world.proofs().keep(Proved.FORMER_TIMELINE, Integer.toString(known.timeline()));
    world.proofs().keep(Proved.ELECTED, chosen.position().toString());
  }

  /** What a primary wrote and no synchronous standby has, nobody was told to be kept. */
  private static boolean isAcknowledgedHere(World world) {
    return world.proofs().find(Proved.UNACKNOWLEDGED).isPresent();
  }

  private Election elect(World world, int timeline, @Nullable Lsn last)
      throws StepFailed, InterruptedException {
    Map<Long, ReadinessFacts> facts = new ConcurrentHashMap<>();
    survivors.each(world, s -> facts.put(s.id(), look(world, s)));
    List<Election.Survivor> told =
        survivors.all().stream()
            .flatMap(
                s ->
                    Optional.ofNullable(facts.get(s.id()))
                        .map(f -> new Election.Survivor(s.id(), s.instance().server(), f))
                        .stream())
            .toList();
    return Election.of(told, timeline, last);
  }

  private static ReadinessFacts look(World world, Survivor survivor)
      throws StepFailed, InterruptedException {
    ReadinessFacts told = world.replication().readiness(survivor.instance(), PATIENCE);
    if (told.receiverStatus() != null) {
      throw new StepFailed(
          "%s receives WAL again (%s). Nothing was promoted; something sets its primary_conninfo."
              .formatted(survivor, told.receiverStatus()));
    }
    return told;
  }

  private Ranked chosen(Election election) throws StepFailed {
    Optional<Ranked> found = election.of(candidate().id());
    if (found.isPresent()) {
      return found.get();
    }
    throw new StepFailed(
        "%s may not take over: %s. Nothing was promoted; choose another one (%s)."
            .formatted(
                candidate(),
                election.excluded().stream()
                    .filter(e -> e.id() == candidate().id())
                    .map(Election.Excluded::why)
                    .collect(Collectors.joining()),
                election));
  }

  /** Whoever has come furthest is not to be promoted, so the candidate streams the rest from it. */
  private void receiveTail(World world, Ranked best, Ranked chosen)
      throws StepFailed, InterruptedException {
    Survivor from =
        survivors.others().stream().filter(o -> o.id() == best.id()).findFirst().orElseThrow();
    InstanceRef standby = candidate().instance();
    Conninfo now = world.replication().upstreamOf(standby);
    world
        .log()
        .info(
            "%s has %d B more than %s, which receives them from it first"
                .formatted(
                    best.server(), best.position().minus(chosen.position()), chosen.server()));
    try {
      world.replication().follow(standby, now.to(from.address(), Proved.port(from.instance())), "");
      world.replication().waitCaughtUp(standby, best.position().toString(), TAIL);
    } catch (StepFailed e) {
      if (!acceptLoss) {
        throw e;
      }
      world.log().info("ALARM: the rest cannot be had: " + e.getMessage());
    }
    world.replication().follow(standby, now.to(Replication.NOWHERE, Proved.port(standby)), "");
    world.replication().waitNotReceiving(standby, LIMIT);
  }

  private static Lsn later(Lsn a, Lsn b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private String loss(World world, Ranked chosen, long missing, Known known) throws StepFailed {
    if (missing == 0 && world.proofs().find(Proved.SHUTDOWN).isPresent()) {
      Down down = Proved.down(world);
      if (down.isClean() && chosen.position().compareTo(Lsn.parse(down.checkpoint())) > 0) {
        return "Nothing is lost: %s was stopped cleanly at %s, and %s has all of it"
            .formatted(primary.server(), down.checkpoint(), chosen.server());
      }
    }
    Optional<String> still = world.proofs().find(Proved.STILL);
    if (missing == 0
        && still.isPresent()
        && chosen.position().compareTo(Lsn.parse(still.get())) >= 0) {
      return "Nothing is lost: nobody could write to %s any more, its WAL stood still at %s, and %s has all of it"
          .formatted(primary.server(), still.get(), chosen.server());
    }
    if (missing == 0 && isAcknowledgedHere(world)) {
      return "Nothing that was acknowledged is lost: %s, and %s has all that any of them has, up to %s"
          .formatted(
              Proved.require(world, Proved.UNACKNOWLEDGED), chosen.server(), chosen.position());
    }
    return "Lost: %s, and whatever %s acknowledged after it was last seen at %s%s"
        .formatted(
            missing == 0 ? "nothing of what is known" : missing + " B that are known",
            primary.server(),
            known.lsn() == null ? "an unknown position" : known.lsn(),
            known.observedAt() == null ? "" : " (%s)".formatted(known.observedAt()));
  }
}
