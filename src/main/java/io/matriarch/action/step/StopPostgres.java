package io.matriarch.action.step;

import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Stops PostgreSQL and proves that no process of it is left. Stopping what is stopped succeeds and
 * says so.
 *
 * @param timeoutSeconds how long the server may take; connections and archiving can hold it
 * @param command the arguments of the command profile, filled in
 */
public record StopPostgres(
    InstanceRef instance, StopMode mode, int timeoutSeconds, List<String> command) implements Step {

  static final int TIMEOUT_SECONDS = 60;
  private static final Duration GRACE = Duration.ofSeconds(15);

  public StopPostgres {
    command = List.copyOf(command);
  }

  public static StopPostgres of(Instance instance, Fleet fleet, StopMode mode) {
    return new StopPostgres(
        InstanceRef.of(instance, fleet),
        mode,
        TIMEOUT_SECONDS,
        InstanceCommand.of(Verb.STOP, instance, fleet, mode, TIMEOUT_SECONDS));
  }

  @Override
  public String describe() {
    return "stop %s (%s)".formatted(instance, mode.word());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(new HostCommand(instance.server(), Command.of(command).display()));
  }

  @Override
  public Set<Long> servers() {
    return Set.of(instance.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    if (world.postgres().look(instance) instanceof Seen.Stopped) {
      world.log().info(instance + " is already stopped");
      return;
    }
    Command stop = Command.of(command).within(Duration.ofSeconds(timeoutSeconds).plus(GRACE));
    CommandResult result = world.shell().change(instance.serverId(), stop);
    Seen after = world.postgres().look(instance);
    switch (after) {
      case Seen.Stopped s -> world.log().info(instance + " is stopped");
      case Seen.Running r -> throw stillThere(result, after);
      case Seen.NotAnswering n -> throw stillThere(result, after);
    }
  }

  private StepFailed stillThere(CommandResult result, Seen after) {
    return new StepFailed(
        "Stopping %s (%s): the command exited %d after %d s; PostgreSQL is still %s. %s"
            .formatted(
                instance,
                mode.word(),
                result.exit(),
                result.duration().toSeconds(),
                after,
                mode == StopMode.IMMEDIATE
                    ? "Look at the host: a process hangs in the kernel, or something starts it again."
                    : "End the sessions or WAL senders that hold it, or choose mode immediate."));
  }
}
