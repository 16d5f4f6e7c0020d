package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/** Prepares at the poolers what leads their clients to the candidate; nothing is changed yet. */
public record StagePoolers(List<PoolerRef> poolers, Server from, Server to) implements Step {

  public StagePoolers {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "keep ready at %s what leads to %s".formatted(PausePoolers.names(poolers), to);
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    PausePoolers.each(world, poolers, pooler -> world.poolers().stage(pooler, from, to));
  }
}
