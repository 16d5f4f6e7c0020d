package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Proofs;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;

/** Promotes whoever takes over from a lost primary, and proves a write. */
public record PromoteElected(InstanceRef candidate, InstanceRef lost, int limitSeconds)
    implements Promotion {

  @Override
  public String describe() {
    return "promote %s and prove a write".formatted(candidate);
  }

  @Override
  public String achieved(Proofs proofs) {
    return proofs.find(Proved.LOSS).map(loss -> achieved() + ". " + loss).orElse(achieved());
  }

  @Override
  public String ifLost() {
    return "Whether %1$s was promoted is not known, so no primary is known, and clients get errors. Look at it on the page of its herd. If it is the primary, point poolers and records of DNS at it and make the others follow. If it is still a standby, fail over again. Do not start %2$s as a primary meanwhile."
        .formatted(candidate, lost);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    int former = Integer.parseInt(Proved.require(world, Proved.FORMER_TIMELINE));
    Promotion.promote(world, candidate, limitSeconds, former);
  }
}
