package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/** Ends the probes, and tells what they felt. */
public record EndProbes(List<PoolerRef> poolers) implements Step {

  public EndProbes {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "end the probes at %s".formatted(PausePoolers.names(poolers));
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    ReadProbes.tell(world, poolers, pooler -> world.poolers().endProbe(pooler));
  }
}
