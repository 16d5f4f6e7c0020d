package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.Promoted;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A step that makes a standby the primary. */
public sealed interface Promotion extends Step
    permits PromoteStandby, PromoteBeforeStop, PromoteElected {

  /** Who becomes primary. */
  InstanceRef candidate();

  /** Within which it must accept writes. */
  int limitSeconds();

  @Override
  default String achieved() {
    return "%s became the primary and took a write".formatted(candidate());
  }

  @Override
  default boolean clientsWait() {
    return true;
  }

  @Override
  default Set<Long> servers() {
    return Set.of(candidate().serverId());
  }

  @Override
  default List<HostCommand> commands() {
    return List.of(Shown.sql(candidate(), ReplicationSql.promote(limitSeconds())));
  }

  /** Promotes, and sees it write a newer timeline than the former primary did. */
  static void promote(World world, InstanceRef candidate, int limitSeconds, int former)
      throws StepFailed, InterruptedException {
    Promoted promoted = world.replication().promote(candidate, Duration.ofSeconds(limitSeconds));
    world.proofs().keep(Proved.TIMELINE, Integer.toString(promoted.timeline()));
    if (promoted.timeline() <= former) {
      throw new StepFailed(
          "%s writes timeline %d, not a newer one than %d of the former primary. Something else happened to it; look at both before anything else."
              .formatted(candidate, promoted.timeline(), former));
    }
  }
}
