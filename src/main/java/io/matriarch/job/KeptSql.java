package io.matriarch.job;

import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.Sql;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.OutputSink;
import java.time.Duration;

/**
 * One psql session for each instance that a run asks, kept open between its steps; see {@link
 * KeptSessions}.
 */
final class KeptSql {

  /** How psql ends when its server has gone. */
  private static final int CONNECTION_LOST = 2;

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final GuardedShell shell;
  private final KeptSessions sessions;

  KeptSql(GuardedShell shell) {
    this.shell = shell;
    this.sessions = new KeptSessions(shell);
  }

  /**
   * Runs SQL in a session of the instance; again in a new one if the server had ended it, so it
   * must be safe to repeat.
   *
   * @param limit for each statement
   * @return as psql's end: exit 0, or how it ended; the first error ends it
   */
  CommandResult ask(InstanceRef instance, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    LocalCommand psql = Sql.session(instance.cluster());
    Command command = Command.of(psql.arguments()).startedBy(instance.become());
    CommandResult result = ask(instance, command, sql, limit);
    return result.exit() == CONNECTION_LOST ? ask(instance, command, sql, limit) : result;
  }

  private CommandResult ask(InstanceRef instance, Command command, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    KeptSessions.Request nothing = mark -> Sql.asked("", limit, mark);
    return sessions.ask(
        new KeptSessions.Interpreter(
            new KeptSessions.Key(instance.serverId(), command.arguments()),
            () -> shell.open(instance.serverId(), command),
            nothing,
            nothing),
        mark -> Sql.asked(sql, limit, mark),
        limit.plus(GRACE),
        OutputSink.NONE);
  }

  /** Ends all sessions. */
  void close() {
    sessions.close();
  }
}
