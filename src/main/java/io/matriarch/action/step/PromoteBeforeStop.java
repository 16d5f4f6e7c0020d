package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;

/**
 * Promotes the candidate while the former primary still runs and lets nobody in, waits until it
 * accepts writes, and commits one.
 */
public record PromoteBeforeStop(InstanceRef candidate, InstanceRef former, int limitSeconds)
    implements Promotion {

  @Override
  public String describe() {
    return "promote %s while %s still runs and lets nobody in, and prove a write"
        .formatted(candidate, former.server());
  }

  @Override
  public String ifLost() {
    return "Whether %1$s was promoted is not known, and the former primary %2$s runs and lets nobody in (pg_hba.conf), so no primary is known: clients wait at their poolers until the pause ends there, and get errors after that. Bring %3$s back and look at it on the page of its herd. If it is the primary: fence %2$s, point the poolers at %3$s, then rewind %2$s and make the others follow. If it is still a standby and you make sure that it stays one, Unfence lets clients connect to %2$s again. Never unfence %2$s while %3$s may be promoted."
        .formatted(candidate, former, candidate.server());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    int timeline = Integer.parseInt(Proved.require(world, Proved.FORMER_TIMELINE));
    Promotion.promote(world, candidate, limitSeconds, timeline);
  }
}
