package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.Promoted;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.Set;

/** Proves that a server takes writes, and on which timeline, for what is made to follow it. */
public record ProvePrimary(InstanceRef primary) implements Step {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  @Override
  public String describe() {
    return "prove that %s takes writes".formatted(primary);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Promoted now = world.replication().proveWritable(primary, ANSWER);
    world.proofs().keep(Proved.TIMELINE, Integer.toString(now.timeline()));
  }
}
