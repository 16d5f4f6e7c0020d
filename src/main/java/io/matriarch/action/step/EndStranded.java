package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Ends sessions at poolers that wait for a primary which will never answer them: what they asked
 * for is as uncertain as after any lost connection, but they need not wait for their own limits to
 * learn it. The rest of a switch does not need it.
 */
public record EndStranded(List<PoolerRef> poolers) implements Step {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  public EndStranded {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "see whether sessions at %s still wait for the former primary after %d s; if so, end all sessions of that database there"
        .formatted(PausePoolers.names(poolers), PATIENCE.toSeconds());
  }

  @Override
  public String ifLost() {
    return "Clients that had asked the former primary for something may wait until their own limits.";
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    PausePoolers.each(world, poolers, pooler -> end(world, pooler));
  }

  private static void end(World world, PoolerRef pooler) throws InterruptedException {
    try {
      int stranded = world.poolers().endStranded(pooler, PATIENCE);
      if (stranded > 0) {
        world
            .log()
            .info(
                "%s: %d sessions waited for the former primary and were ended"
                    .formatted(pooler, stranded));
      }
    } catch (StepFailed e) {
      world.log().info(String.valueOf(e.getMessage()));
    }
  }
}
