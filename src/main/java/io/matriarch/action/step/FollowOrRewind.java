package io.matriarch.action.step;

import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/**
 * Makes a survivor follow whoever took over; one that has come further than that is rewound, never
 * followed.
 */
public record FollowOrRewind(FollowPrimary follow, RewindStandby rewind) implements Step {

  @Override
  public String describe() {
    return follow.describe() + "; if it has come further, rewind it first";
  }

  @Override
  public String ifLost() {
    return follow.ifLost();
  }

  @Override
  public String finishedBy() {
    return follow.finishedBy();
  }

  @Override
  public Set<Long> servers() {
    return rewind.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return follow.commands();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Proved.requireReign(world, follow.primary());
    boolean underWay = world.rebuilds().state(follow.standby()).forbidsStart();
    if (underWay || Divergence.isSeen(world, follow.standby(), follow.primary())) {
      rewind.run(world);
    } else {
      follow.run(world);
    }
  }
}
