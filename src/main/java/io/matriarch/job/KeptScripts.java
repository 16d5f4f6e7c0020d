package io.matriarch.job;

import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Script;
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

  private final GuardedShell shell;
  private final Set<Script> scripts;
  private final String definitions;
  private final KeptSessions sessions;

  /**
   * @param scripts that are read when a shell is opened; others are sent along with their call
   */
  KeptScripts(GuardedShell shell, Set<String> scripts) {
    this.shell = shell;
    this.scripts = scripts.stream().map(Script::new).collect(Collectors.toUnmodifiableSet());
    this.definitions = this.scripts.stream().map(Script::definition).collect(Collectors.joining());
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
    KeptSessions.Interpreter kind =
        new KeptSessions.Interpreter(
            new KeptSessions.Key(serverId, interpreter.arguments()),
            () -> shell.open(serverId, interpreter),
            mark -> definitions + Script.nothing(mark),
            Script::nothing);
    return shell.logged(
        serverId,
        command.startedBy(become),
        sink ->
            sessions.ask(
                kind,
                mark -> before + script.call(arguments, stdin, mark),
                command.timeLimit(),
                sink));
  }

  /** Ends all shells. */
  void close() {
    sessions.close();
  }
}
