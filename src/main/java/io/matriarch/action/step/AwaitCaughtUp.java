package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.Set;

/**
 * Waits until a standby streams again and has replayed all that the primary had written when the
 * wait began, so that the herd is never without a standby that is up to date.
 */
public record AwaitCaughtUp(InstanceRef standby, InstanceRef primary, int seconds) implements Step {

  @Override
  public String describe() {
    return "wait until %s has replayed what %s has written by then (at most %d s)"
        .formatted(standby, primary, seconds);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(standby.serverId(), primary.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    String written = world.replication().written(primary);
    world.replication().waitCaughtUp(standby, written, Duration.ofSeconds(seconds));
  }
}
