package io.matriarch.action.step;

import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Rebuild.Method;
import io.matriarch.postgres.Rebuild.State;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Starts PostgreSQL and waits until it accepts connections. Starting what runs succeeds and says
 * so.
 *
 * @param timeoutSeconds how long recovery may take before this step gives up waiting
 * @param command the arguments of the command profile, filled in
 */
public record StartPostgres(InstanceRef instance, int timeoutSeconds, List<String> command)
    implements Step {

  static final int TIMEOUT_SECONDS = 60;
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final int LOOKS = 20;

  public StartPostgres {
    command = List.copyOf(command);
  }

  public static StartPostgres of(Instance instance, Fleet fleet) {
    return within(TIMEOUT_SECONDS, instance, fleet);
  }

  /** For one whose recovery may take long. */
  static StartPostgres within(int seconds, Instance instance, Fleet fleet) {
    return new StartPostgres(
        InstanceRef.of(instance, fleet),
        seconds,
        InstanceCommand.of(Verb.START, instance, fleet, StopMode.FAST, seconds));
  }

  @Override
  public String describe() {
    return "start %s".formatted(instance);
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
    if (world.postgres().look(instance) instanceof Seen.Running running) {
      world.log().info("%s is already %s".formatted(instance, running));
      return;
    }
    State known = world.rebuilds().state(instance);
    if (known.forbidsStart()) {
      throw new StepFailed(
          "%s must not be started: a %s of it (%s) is %s%s. It could become a second primary, or run on half of its data. Finish it with Rebuild; what is known of it lies in %s."
              .formatted(
                  instance,
                  known.method() == Method.BASEBACKUP ? "base backup" : "rewind",
                  known.run(),
                  known.phase().name().toLowerCase(Locale.ROOT),
                  known.held() ? " and under way" : "",
                  known.directory()));
    }
    start(world);
  }

  /** Starts one whose rewind or base backup is done and has been released. */
  void startRebuilt(World world) throws StepFailed, InterruptedException {
    if (world.postgres().look(instance) instanceof Seen.Running running) {
      world.log().info("%s is already %s".formatted(instance, running));
      return;
    }
    start(world);
  }

  private void start(World world) throws StepFailed, InterruptedException {
    Command start = Command.of(command).within(Duration.ofSeconds(timeoutSeconds).plus(GRACE));
    CommandResult result = world.shell().change(instance.serverId(), start);
    Seen after = lookUntilRunning(world);
    if (after instanceof Seen.Running running) {
      world.log().info("%s is %s".formatted(instance, running));
      return;
    }
    throw new StepFailed(
        "Starting %s: the command exited %d after %d s; PostgreSQL is %s. The reason is in its log and in the output above; mend it and start again."
            .formatted(instance, result.exit(), result.duration().toSeconds(), after));
  }

  private Seen lookUntilRunning(World world) throws StepFailed, InterruptedException {
    Seen seen = world.postgres().look(instance);
    for (int i = 1; i < LOOKS && seen instanceof Seen.NotAnswering; i++) {
      world.pause().of(BETWEEN_LOOKS);
      seen = world.postgres().look(instance);
    }
    return seen;
  }
}
