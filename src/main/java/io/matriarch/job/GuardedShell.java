package io.matriarch.job;

import io.matriarch.inventory.Server;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.HostGuard;
import io.matriarch.remote.OutputSink;
import io.matriarch.remote.RemoteSession;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** {@link RunShell} over SSH: lease before every command, guard around every change, all logged. */
final class GuardedShell implements RunShell {

  private static final Duration FENCE_LIMIT = Duration.ofSeconds(20);

  private final Shell shell;
  private final Map<Long, Server> servers;
  private final Owned run;
  private final Lease lease;
  private final RunJournal log;

  GuardedShell(Shell shell, Map<Long, Server> servers, Owned run, Lease lease, RunJournal log) {
    this.shell = shell;
    this.servers = servers;
    this.run = run;
    this.lease = lease;
    this.log = log;
  }

  @Override
  public CommandResult read(long serverId, Command command)
      throws StepFailed, InterruptedException {
    return send(server(serverId), command, command);
  }

  @Override
  public CommandResult change(long serverId, Command command)
      throws StepFailed, InterruptedException {
    Server server = server(serverId);
    Long fence = run.fence();
    log.changing();
    if (fence == null) {
      return send(server, command, command);
    }
    CommandResult result = send(server, command, HostGuard.guard(herd(), fence, command));
    requirePassed(server, command.display(), result);
    return result;
  }

  private void requirePassed(Server server, String what, CommandResult result) throws StepFailed {
    if (HostGuard.refused(result)) {
      throw new OwnershipLost(
          "run %d: %s has seen a newer owner of this herd and refused the command"
              .formatted(run.runId(), server.name()));
    }
    if (HostGuard.withoutState(result)) {
      throw new StepFailed(
          "%s on %s was not run: %s".formatted(what, server.name(), result.stderr().strip()));
    }
  }

  /** Runs a read-only probe whose text and output are not for people; its findings are logged. */
  CommandResult quietly(long serverId, Command command) throws StepFailed, InterruptedException {
    return run(server(serverId), command, OutputSink.NONE);
  }

  /** Starts what stays for several requests, each of which passes the guard of its host. */
  RemoteSession open(long serverId, Command command) throws StepFailed, InterruptedException {
    Server server = server(serverId);
    long fence = Objects.requireNonNull(run.fence(), "a run without a herd keeps no session");
    return sent(server, () -> shell.open(host(server), HostGuard.keep(herd(), fence, command)));
  }

  /** Asks a session that {@link #open} started; nothing is logged. */
  CommandResult ask(
      long serverId,
      RemoteSession session,
      String text,
      String mark,
      Duration limit,
      OutputSink sink)
      throws StepFailed, InterruptedException {
    Server server = server(serverId);
    CommandResult result =
        sent(server, () -> session.ask(HostGuard.request(text), mark, limit, sink));
    requirePassed(server, "a request", result);
    return result;
  }

  /** Told before something is asked in a session that may change something. */
  void changing() {
    log.changing();
  }

  /** Sends what changes something in a way of its own. */
  interface Way {
    CommandResult send(OutputSink sink) throws StepFailed, InterruptedException;
  }

  /** Logs a command that changes something as {@link #change} does. */
  CommandResult logged(long serverId, Command shown, Way way)
      throws StepFailed, InterruptedException {
    log.changing();
    return logged(server(serverId), shown, way);
  }

  void raiseFence(long serverId) throws StepFailed, InterruptedException {
    Server server = server(serverId);
    Long fence = run.fence();
    if (fence == null) {
      return;
    }
    Command raise = HostGuard.raise(herd(), fence).within(FENCE_LIMIT);
    log.info("telling %s that fence %d holds now".formatted(server.name(), fence));
    CommandResult result = run(server, raise, OutputSink.NONE);
    if (HostGuard.refused(result)) {
      throw new OwnershipLost(
          "run %d: %s has seen a newer owner of this herd".formatted(run.runId(), server.name()));
    }
    if (!result.succeeded()) {
      throw new StepFailed(
          "the fence could not be kept on %s: %s"
              .formatted(server.name(), result.stderr().strip()));
    }
  }

  private String herd() {
    return "herd-" + run.herdId();
  }

  private Server server(long id) throws StepFailed {
    Server server = servers.get(id);
    if (server == null) {
      throw new StepFailed(
          "server %d is no longer in the inventory; nothing was sent".formatted(id));
    }
    return server;
  }

  /** Logs the command that was asked for, and sends it as it must be sent. */
  private CommandResult send(Server server, Command shown, Command sent)
      throws StepFailed, InterruptedException {
    return logged(server, shown, sink -> run(server, sent, sink));
  }

  private CommandResult logged(Server server, Command shown, Way way)
      throws StepFailed, InterruptedException {
    log.line(RunLog.Kind.COMMAND, server.name(), shown.display());
    CommandResult result = way.send((stream, text) -> output(server, stream, text));
    log.line(
        RunLog.Kind.EXIT,
        server.name(),
        String.format(
            Locale.ROOT,
            "exit %d after %.2f s%s",
            result.exit(),
            result.duration().toMillis() / 1000.0,
            result.truncated() ? " (output was cut)" : ""));
    return result;
  }

  private CommandResult run(Server server, Command command, OutputSink sink)
      throws StepFailed, InterruptedException {
    return sent(server, () -> shell.run(host(server), command, sink));
  }

  private interface Remote<T> {
    T call() throws ShellUnavailable, InterruptedException;
  }

  private <T> T sent(Server server, Remote<T> remote) throws StepFailed, InterruptedException {
    lease.require(run.runId());
    try {
      return remote.call();
    } catch (ShellUnavailable e) {
      String message = String.valueOf(e.getMessage());
      log.line(RunLog.Kind.ERROR, server.name(), message);
      throw new StepFailed(message, e);
    }
  }

  private void output(Server server, OutputSink.Stream stream, String text) {
    RunLog.Kind kind =
        switch (stream) {
          case STDOUT -> RunLog.Kind.STDOUT;
          case STDERR -> RunLog.Kind.STDERR;
        };
    log.line(kind, server.name(), text);
  }

  static Host host(Server server) {
    return new Host(
        server.name(),
        server.address(),
        server.sshPort(),
        server.sshUser(),
        server.hostKeys(),
        server.become());
  }
}
