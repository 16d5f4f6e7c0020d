package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.Set;

/** Publishes the promoted server as primary under the reserved term. */
public record PublishPrimary(InstanceRef primary, String address) implements Step {

  @Override
  public String describe() {
    return "publish %s as primary under the reserved term".formatted(primary);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Proved.requireReign(world, primary);
    world
        .terms()
        .publish(primary, address, Integer.parseInt(Proved.require(world, Proved.TIMELINE)));
  }
}
