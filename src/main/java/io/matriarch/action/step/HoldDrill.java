package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.Set;

/**
 * Proves once more that the herd serves where a drill has brought it. The hold itself is no step: a
 * run that waits would keep the herd locked, and the console busy with it.
 *
 * @param home the server that is primary again after the drill
 */
public record HoldDrill(InstanceRef primary, String home, int minutes) implements Step {

  private static final Duration ANSWER = Duration.ofSeconds(30);

  @Override
  public String describe() {
    return "prove that %s takes writes; after %d min a job of its own switches back to %s"
        .formatted(primary, minutes, home);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.replication().proveWritable(primary, ANSWER);
  }
}
