package io.matriarch.job;

import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.OutputSink;
import io.matriarch.remote.RemoteSession;
import io.matriarch.remote.Script;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One POSIX shell for each host and user that a run sends scripts to, kept open between its steps,
 * which has read the scripts before they are needed; see {@link KeptSessions}.
 */
final class KeptScripts {

  /** Arguments of a script's command come after {@code sh -c SCRIPT NAME}. */
  private static final int BEFORE_ARGUMENTS = 4;

  private static final Duration READ_SCRIPTS = Duration.ofSeconds(10);

  private final GuardedShell shell;
  private final Set<Script> scripts;
  private final KeptSessions sessions;

  /**
   * @param scripts that are read when a shell is opened; others are sent along with their call
   */
  KeptScripts(GuardedShell shell, Set<String> scripts) {
    this.shell = shell;
    this.scripts = scripts.stream().map(Script::new).collect(Collectors.toUnmodifiableSet());
    this.sessions = new KeptSessions(shell);
  }

  /**
   * Runs a script that changes something, as {@link RunShell#change} does.
   *
   * @param command {@code sh -c SCRIPT NAME ARGUMENT...} without privilege escalation
   */
  CommandResult change(long serverId, List<String> become, Command command)
      throws StepFailed, InterruptedException {
    Script script = new Script(command.arguments().get(2));
    List<String> arguments =
        command.arguments().subList(BEFORE_ARGUMENTS, command.arguments().size());
    String stdin = command.stdin() == null ? "" : command.stdin();
    String before = scripts.contains(script) ? "" : script.definition();
    Command interpreter = Command.of("sh").startedBy(become);
    return shell.logged(
        serverId,
        command.startedBy(become),
        sink ->
            sessions.ask(
                new KeptSessions.Key(serverId, interpreter.arguments()),
                () -> open(serverId, interpreter),
                Script::nothing,
                mark -> before + script.call(arguments, stdin, mark),
                command.timeLimit(),
                sink));
  }

  private RemoteSession open(long serverId, Command interpreter)
      throws StepFailed, InterruptedException {
    RemoteSession session = shell.open(serverId, interpreter);
    String definitions = scripts.stream().map(Script::definition).collect(Collectors.joining());
    sessions.ask(
        serverId,
        session,
        mark -> definitions + Script.nothing(mark),
        READ_SCRIPTS,
        OutputSink.NONE);
    return session;
  }

  /** Ends all shells. */
  void close() {
    sessions.close();
  }
}
