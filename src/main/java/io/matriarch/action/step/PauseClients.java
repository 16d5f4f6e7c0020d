package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReadinessFacts.Open;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Pauses clients at all poolers, or says which transactions of the primary they waited for. */
public record PauseClients(PausePoolers pause, InstanceRef primary) implements Step {

  @Override
  public boolean interrupts() {
    return pause.interrupts();
  }

  @Override
  public String describe() {
    return pause.describe();
  }

  @Override
  public List<HostCommand> commands() {
    return pause.commands();
  }

  @Override
  public Set<Long> servers() {
    return pause.servers();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    try {
      pause.run(world);
    } catch (StepFailed e) {
      List<Open> open = open(world);
      throw open.isEmpty()
          ? e
          : new StepFailed(
              "%s Transactions open on %s: %s. End them, or let them end, and try again."
                  .formatted(e.getMessage(), primary, Open.named(open)),
              Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  /** Those that may be what a pause waited for; none if that cannot be asked. */
  private List<Open> open(World world) throws InterruptedException {
    try {
      Duration limit = Duration.ofSeconds(pause.limitSeconds());
      List<Open> open = world.replication().readiness(primary, limit).open();
      return open == null ? List.of() : open;
    } catch (StepFailed e) {
      world.log().info(String.valueOf(e.getMessage()));
      return List.of();
    }
  }
}
