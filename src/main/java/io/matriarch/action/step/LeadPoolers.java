package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Proves that a server is the writable primary and leads poolers to it without a pause. */
public record LeadPoolers(List<PoolerRef> poolers, InstanceRef primary, Server to) implements Step {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  public LeadPoolers {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "prove that %s takes writes, and lead clients at %s to it (%s) without a pause"
        .formatted(primary, PausePoolers.names(poolers), to);
  }

  @Override
  public String achieved() {
    return "Clients at %s are led there".formatted(PausePoolers.names(poolers));
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
  public String finishedBy() {
    return "herd.point-poolers";
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new HashSet<>(PausePoolers.servers(poolers));
    servers.add(primary.serverId());
    return servers;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.replication().proveWritable(primary, ANSWER);
    PausePoolers.each(world, poolers, pooler -> world.poolers().point(pooler, to));
  }
}
