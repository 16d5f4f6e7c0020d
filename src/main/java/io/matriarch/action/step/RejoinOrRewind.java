package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/**
 * Starts the former primary as a standby and sees it stream on the new timeline; if it has gone
 * past the point where that began, it is rewound first.
 */
public record RejoinOrRewind(RewindStandby rewind) implements Step {

  private RejoinAsStandby rejoin() {
    return new RejoinAsStandby(rewind.start(), rewind.primary());
  }

  @Override
  public String describe() {
    return rejoin().describe() + "; if it has gone past the fork, rewind it first";
  }

  @Override
  public String ifLost() {
    return rejoin().ifLost();
  }

  /** One that has gone past the fork starts as a standby only, and its message names the rewind. */
  @Override
  public String finishedBy() {
    return rejoin().finishedBy();
  }

  @Override
  public Set<Long> servers() {
    return rewind.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return rejoin().commands();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    InstanceRef primary = rewind.primary();
    Proved.requireReign(world, primary);
    if (world.rebuilds().state(rewind.start().instance()).forbidsStart() || isDiverged(world)) {
      rewind.run(world);
      return;
    }
    try {
      rejoin().run(world);
    } catch (StepFailed e) {
      // Only once it has replayed what it had does a crashed one show how far it went.
      if (!isDiverged(world)) {
        throw e;
      }
      world.log().info(e.getMessage());
      rewind.run(world);
    }
  }

  private boolean isDiverged(World world) throws InterruptedException {
    return Divergence.isSeen(world, rewind.start().instance(), rewind.primary());
  }
}
