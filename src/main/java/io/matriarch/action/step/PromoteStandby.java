package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;

/** Promotes the candidate, waits until it accepts writes, and commits one. */
public record PromoteStandby(InstanceRef candidate, int limitSeconds) implements Promotion {

  @Override
  public String describe() {
    return "promote %s and prove a write".formatted(candidate);
  }

  @Override
  public String ifLost() {
    return "Whether %1$s was promoted is not known, and the former primary is stopped, so no primary is known: clients wait at their poolers until the pause ends there, and get errors after that. Bring %2$s back and look at it on the page of its herd. If it is the primary: point the poolers at it, then start the former primary, which starts as its standby and as nothing else, and make the others follow. If it is still a standby: it has all that was written; promote it there by hand (pg_ctlcluster, pg_ctl), then do the same. Do not make the former primary writable while %2$s may be promoted."
        .formatted(candidate, candidate.server());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Promotion.promote(world, candidate, limitSeconds, Proved.down(world).timeline());
  }
}
