package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.Promoted;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;

/** A step that makes a standby the primary. */
public sealed interface Promotion extends Step
    permits PromoteStandby, PromoteBeforeStop, PromoteElected {

  /** Who becomes primary. */
  InstanceRef candidate();

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
