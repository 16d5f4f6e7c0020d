package io.matriarch.action.step;

import io.matriarch.check.Check;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.job.Admission.Door;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Proves that a primary can be kept from writing by shutting its clients out, and that it can be
 * rewound afterwards, since it goes past the fork. Changes nothing.
 *
 * @param doors hosts from which a refused connection will be the proof
 */
public record PrepareShutOut(InstanceRef primary, InstanceRef candidate, List<Door> doors)
    implements Step {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  public PrepareShutOut {
    doors = List.copyOf(doors);
  }

  @Override
  public String describe() {
    return "prove that nothing but sessions writes to %s, that it can be rewound, and what comes back to connections from %s"
        .formatted(primary, ShutOutClients.names(doors));
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(Set.of(primary.serverId(), candidate.serverId()));
    doors.forEach(d -> servers.add(d.serverId()));
    return servers;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Look look =
        new Look(
            member(world, primary),
            member(world, candidate),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            PATIENCE);
    List<Check> refusing =
        ReadinessChecks.beforeStop(look).stream()
            .filter(c -> c.outcome() != Check.Outcome.PASSED)
            .toList();
    if (!refusing.isEmpty()) {
      throw new StepFailed(
          refusing.stream()
              .map(c -> "%s: %s. %s".formatted(c.name(), c.seen(), c.remedy()))
              .collect(
                  Collectors.joining(
                      "\n",
                      "The fast variant was refused, and nothing was changed; switch over without it, or mend this:\n",
                      "")));
    }
    world.admission().prepare(primary, doors);
  }

  private static Member member(World world, InstanceRef instance)
      throws StepFailed, InterruptedException {
    return new Member(
        instance.server(),
        world.replication().readiness(instance, PATIENCE),
        "",
        null,
        world.clock().instant());
  }
}
