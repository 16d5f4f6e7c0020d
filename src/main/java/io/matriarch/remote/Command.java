package io.matriarch.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A program and its arguments, never a string with values in it. {@link #shellText} is the one
 * place that makes shell text of it, and it quotes every argument.
 *
 * @param stdin what the program reads, as UTF-8; never shown. Without it standard input is empty
 * @param secretArguments positions in {@code arguments} that are shown as {@code ***}
 */
public record Command(
    List<String> arguments,
    @Nullable String stdin,
    Duration timeLimit,
    Set<Integer> secretArguments) {

  public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(60);

  private static final int LONG_SCRIPT = 5;

  public Command {
    arguments = List.copyOf(arguments);
    secretArguments = Set.copyOf(secretArguments);
    if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
      throw new IllegalArgumentException("A command needs the name of a program.");
    }
    if (arguments.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("An argument of a command cannot hold a NUL character.");
    }
    if (!timeLimit.isPositive()) {
      throw new IllegalArgumentException("The time limit of a command must be positive.");
    }
  }

  public static Command of(String... arguments) {
    return of(List.of(arguments));
  }

  public static Command of(List<String> arguments) {
    return new Command(arguments, null, DEFAULT_TIME_LIMIT, Set.of());
  }

  public Command withStdin(String text) {
    return new Command(arguments, text, timeLimit, secretArguments);
  }

  public Command within(Duration limit) {
    return new Command(arguments, stdin, limit, secretArguments);
  }

  /** The same command with one more argument, which is never shown. */
  public Command withSecret(String argument) {
    List<String> longer = new ArrayList<>(arguments);
    longer.add(argument);
    Set<Integer> secrets = new HashSet<>(secretArguments);
    secrets.add(arguments.size());
    return new Command(longer, stdin, timeLimit, secrets);
  }

  /** The same command started by another program, such as {@code sudo -n -u postgres}. */
  public Command startedBy(List<String> prefix) {
    List<String> longer = new ArrayList<>(prefix);
    longer.addAll(arguments);
    Set<Integer> shifted =
        secretArguments.stream().map(at -> at + prefix.size()).collect(Collectors.toSet());
    return new Command(longer, stdin, timeLimit, shifted);
  }

  /** What a POSIX shell must read to start exactly this program with exactly these arguments. */
  public String shellText() {
    return joined(false);
  }

  /** {@link #shellText} with secrets masked and long scripts named only: for people and logs. */
  public String display() {
    return joined(true);
  }

  @Override
  public String toString() {
    return display();
  }

  private String joined(boolean forPeople) {
    return IntStream.range(0, arguments.size())
        .mapToObj(at -> forPeople ? shown(at) : quoted(at))
        .collect(Collectors.joining(" "));
  }

  private String shown(int at) {
    if (secretArguments.contains(at)) {
      return "***";
    }
    long lines = arguments.get(at).lines().count();
    boolean script = at >= 2 && arguments.subList(at - 2, at).equals(List.of("sh", "-c"));
    return script && lines > LONG_SCRIPT ? "'(script of " + lines + " lines)'" : quoted(at);
  }

  private String quoted(int at) {
    String argument = arguments.get(at);
    return at == 0 ? ShellText.program(argument) : ShellText.argument(argument);
  }
}
