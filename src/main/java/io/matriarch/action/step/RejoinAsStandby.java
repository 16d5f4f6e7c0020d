package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Starts the former primary as a standby and sees it stream on the new timeline.
 *
 * @param start the step that starts it
 */
public record RejoinAsStandby(StartPostgres start, InstanceRef primary) implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String describe() {
    return "start %s as a standby of %s".formatted(start.instance(), primary.server());
  }

  @Override
  public String ifLost() {
    return "%1$s does not follow %2$s yet. It is set up to start as its standby and as nothing else. See that both %3$s and %4$s can be reached; then start it if it is stopped, and it follows."
        .formatted(start.instance(), primary, start.instance().server(), primary.server());
  }

  @Override
  public String finishedBy() {
    return "herd.start";
  }

  @Override
  public Set<Long> servers() {
    return start.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return start.commands();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Proved.requireReign(world, primary);
    start.run(world);
    world
        .replication()
        .waitStreaming(
            start.instance(), Integer.parseInt(Proved.require(world, Proved.TIMELINE)), LIMIT);
    world.replication().settleStandby(start.instance());
  }
}
