package io.matriarch.action.step;

import io.matriarch.inventory.Expected;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the place where a new standby is to lie: an empty data directory and, by Debian's tools, a
 * cluster with the configuration of its primary. The inventory expects it from then on.
 *
 * @param target without an id
 * @param name of the cluster as Debian's tools know it; null for a plain directory
 * @param identifier the system identifier of the herd
 */
public record MakeCluster(
    InstanceRef target,
    InstanceRef primary,
    Expected expected,
    @Nullable String name,
    String identifier)
    implements Step {

  @Override
  public String describe() {
    String made =
        name == null
            ? "make the empty data directory %s".formatted(target.dataDirectory())
            : "make the cluster %s with an empty data directory %s and the configuration of %s"
                .formatted(target.label(), target.dataDirectory(), primary);
    return "see that %s has PostgreSQL %d, that port %d is free and nothing lies there, and %s"
        .formatted(target.server(), expected.versionNum() / 10_000, expected.port(), made);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(target.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return name == null
        ? List.of(new HostCommand(target.server(), "mkdir -p " + target.dataDirectory()))
        : List.of(
            new HostCommand(
                target.server(),
                "pg_createcluster -d %s -p %d --start-conf auto %d %s"
                    .formatted(
                        target.dataDirectory(),
                        expected.port(),
                        expected.versionNum() / 10_000,
                        name)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    // Before an agent can see it: what has no identifier yet would form a herd of its own.
    long id = id(world, expected);
    Optional<String> refused = world.rebuilds().make(target.withId(id), primary, name, identifier);
    if (refused.isPresent()) {
      world.inventory().notExpected(id);
      throw new StepFailed(
          "No standby was made on %s: %s. Nothing was changed there; mend that or choose another place, and create it again."
              .formatted(target.server(), refused.get()));
    }
  }

  /** Of what is expected, whichever run began it. */
  static long id(World world, Expected expected) throws StepFailed {
    try {
      return world.inventory().expected(expected);
    } catch (IllegalStateException e) {
      throw new StepFailed(
          "No standby was made: %s. Nothing was changed; choose another place."
              .formatted(e.getMessage()),
          e);
    }
  }
}
