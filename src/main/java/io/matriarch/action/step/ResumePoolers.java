package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/** Ends the pauses of this run that still hold. */
public record ResumePoolers(List<PoolerRef> poolers) implements Step {

  public ResumePoolers {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "resume clients at " + PausePoolers.names(poolers);
  }

  @Override
  public String ifLost() {
    return "Whether clients at %s go on is not known: where they do not, the pause ends by itself, and nobody need do anything for that."
        .formatted(PausePoolers.names(poolers));
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    PausePoolers.each(world, poolers, world.poolers()::resume);
  }
}
