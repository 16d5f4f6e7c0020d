package io.matriarch.job;

import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.Sql;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.RemoteSession;
import io.matriarch.remote.ShellUnavailable;
import io.matriarch.remote.ShellUnavailable.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One psql session for each instance that a run asks, kept open between its steps: starting psql,
 * its privilege escalation and its connection would cost more than most questions. Only for
 * questions that change nothing: what changes something goes through the guard of its host.
 */
final class KeptSql {

  /** How psql ends when its server has gone. */
  private static final int CONNECTION_LOST = 2;

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final GuardedShell shell;
  private final Map<Long, RemoteSession> idle = new ConcurrentHashMap<>();

  KeptSql(GuardedShell shell) {
    this.shell = shell;
  }

  /**
   * Asks in a session of the instance. One that the server ended meanwhile is replaced once, since
   * the question changes nothing.
   *
   * @param limit for each statement
   * @return as psql's end: exit 0, or how it ended
   */
  CommandResult ask(InstanceRef instance, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    RemoteSession kept = idle.remove(instance.id());
    if (kept != null && kept.isOpen()) {
      try {
        CommandResult result = ask(instance, kept, sql, limit);
        if (result.exit() != CONNECTION_LOST) {
          return result;
        }
      } catch (StepFailed e) {
        if (!(e.getCause() instanceof ShellUnavailable u) || u.reason() != Reason.OUTCOME_UNKNOWN) {
          throw e;
        }
      }
    }
    return ask(instance, open(instance), sql, limit);
  }

  private CommandResult ask(InstanceRef instance, RemoteSession session, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    String last = UUID.randomUUID().toString();
    CommandResult result =
        shell.ask(
            instance.serverId(), session, Sql.asked(sql, limit, last), last, limit.plus(GRACE));
    if (result.succeeded()) {
      RemoteSession other = idle.put(instance.id(), session);
      if (other != null) {
        other.close();
      }
    }
    return result;
  }

  private RemoteSession open(InstanceRef instance) throws StepFailed, InterruptedException {
    LocalCommand psql = Sql.session(instance.cluster());
    return shell.open(
        instance.serverId(), Command.of(psql.arguments()).startedBy(instance.become()));
  }

  /** Ends all sessions. */
  void close() {
    List<RemoteSession> all = new ArrayList<>(idle.values());
    idle.clear();
    all.forEach(RemoteSession::close);
  }
}
