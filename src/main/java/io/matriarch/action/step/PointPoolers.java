package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/** Leads the poolers' clients to the new primary and lets them go on. */
public record PointPoolers(List<PoolerRef> poolers, InstanceRef primary, Server from, Server to)
    implements Step {

  public PointPoolers {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "lead clients at %s to %s and resume them"
        .formatted(PausePoolers.names(poolers), primary);
  }

  @Override
  public String achieved() {
    return "Clients at %s went on there".formatted(PausePoolers.names(poolers));
  }

  @Override
  public String ifLost() {
    return "Clients at %s may not be led to %s: they get errors until they are. See that the pooler's server can be reached, and point the poolers at the primary."
        .formatted(PausePoolers.names(poolers), primary);
  }

  @Override
  public boolean clientsWait() {
    return true;
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public String finishedBy() {
    return "herd.point-poolers";
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Proved.requireReign(world, primary);
    PausePoolers.each(world, poolers, pooler -> world.poolers().pointAndResume(pooler, from, to));
  }
}
