package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Stop;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Stops the primary, proves that no process of it is left and at which LSN it ended.
 *
 * @param candidate address of the standby that must receive all of its WAL
 */
public record StopPrimary(
    InstanceRef primary, String candidate, int limitSeconds, int patienceSeconds) implements Step {

  @Override
  public boolean interrupts() {
    return true;
  }

  @Override
  public String describe() {
    return "stop %s (fast) and prove its last LSN".formatted(primary);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(
            primary,
            Stop.command(
                primary.cluster(),
                Duration.ofSeconds(limitSeconds),
                Duration.ofSeconds(patienceSeconds),
                candidate)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Down down =
        world
            .replication()
            .stop(
                primary,
                Duration.ofSeconds(limitSeconds),
                Duration.ofSeconds(patienceSeconds),
                candidate);
    Proved.keepDown(world, down);
  }
}
