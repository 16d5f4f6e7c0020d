package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Starts a probe at each pooler that writes through it as clients do.
 *
 * @param login whose password is in the pgpass file of each pooler's owner
 * @param seconds after which a probe ends by itself
 */
public record BeginProbes(List<PoolerRef> poolers, String login, int seconds) implements Step {

  public BeginProbes {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "write through %s as %s, to see what clients feel"
        .formatted(PausePoolers.names(poolers), login);
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Duration longest = Duration.ofSeconds(seconds);
    PausePoolers.each(world, poolers, pooler -> world.poolers().beginProbe(pooler, login, longest));
  }
}
