package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Proves that every pause still holds, with time left for what comes: past this point they cannot
 * be taken again.
 */
record ProvePauses(List<PoolerRef> poolers, Server from, int neededSeconds) implements Step {

  public ProvePauses {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "prove that all pauses hold for another %d s".formatted(neededSeconds);
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    PausePoolers.each(world, poolers, pooler -> prove(world, pooler));
  }

  private void prove(World world, PoolerRef pooler) throws StepFailed, InterruptedException {
    Duration left = world.poolers().held(pooler, from);
    if (left.toSeconds() < neededSeconds) {
      throw new StepFailed(
          "The pause at %s holds only %d s more, and %d s are needed. Nothing was promoted; the former primary takes over again."
              .formatted(pooler, left.toSeconds(), neededSeconds));
    }
  }
}
