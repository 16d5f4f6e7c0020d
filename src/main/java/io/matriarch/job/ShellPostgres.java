package io.matriarch.job;

import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.ObservedInstance;
import io.matriarch.postgres.PostgresProbe;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.Objects;

/** {@link Postgres} over the run's shell: one read-only probe on the host, as the owner. */
final class ShellPostgres implements Postgres {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final GuardedShell shell;
  private final RunLog log;

  ShellPostgres(GuardedShell shell, RunLog log) {
    this.shell = shell;
    this.log = log;
  }

  @Override
  public Seen look(InstanceRef instance) throws StepFailed, InterruptedException {
    ObservedInstance observed =
        PostgresProbe.observe(instance.cluster(), command -> run(instance, command));
    Seen seen = seen(instance, observed);
    log.line(
        RunLog.Kind.INFO, instance.server(), "looked at %s: %s".formatted(instance.label(), seen));
    return seen;
  }

  private Output run(InstanceRef instance, LocalCommand local)
      throws StepFailed, InterruptedException {
    Command command =
        Command.of(local.arguments())
            .withStdin(local.stdin())
            .startedBy(instance.become())
            .within(LIMIT);
    CommandResult result = shell.quietly(instance.serverId(), command);
    return new Output(result.exit(), result.stdout(), result.stderr());
  }

  private static Seen seen(InstanceRef instance, ObservedInstance observed) throws StepFailed {
    return switch (observed.state()) {
      case PRIMARY -> new Seen.Running(false, observed.timeline(), observed.writeLsn());
      case STANDBY -> new Seen.Running(true, observed.timeline(), observed.replayLsn());
      case STOPPED ->
          new Seen.Stopped(
              observed.controlState(),
              observed.timeline(),
              observed.checkpointLsn(),
              observed.systemIdentifier());
      case NOT_ANSWERING ->
          new Seen.NotAnswering(Objects.requireNonNullElse(observed.reason(), "no reason given"));
      case UNKNOWN ->
          throw new StepFailed(
              "%s could not be looked at: %s. Whether it runs is not known; look at the host."
                  .formatted(instance, observed.reason()));
    };
  }
}
