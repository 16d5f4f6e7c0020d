package io.matriarch.remote;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * A POSIX script as a kept shell runs it: defined once as a function, whose body is a shell of its
 * own, and called with arguments, every one quoted.
 */
public record Script(String text) {

  /** What makes a shell know it. */
  public String definition() {
    return name() + "() (\n" + text.strip() + "\n)\n";
  }

  /**
   * What runs it: its exit comes with the mark on standard output, and the mark alone on standard
   * error.
   *
   * @param stdin whole lines, or empty
   * @param mark letters, digits and hyphens, which no line of {@code stdin} equals
   */
  public String call(List<String> arguments, String stdin, String mark) {
    if (!stdin.isEmpty() && !stdin.endsWith("\n")) {
      throw new IllegalArgumentException("What a script reads must be whole lines.");
    }
    String input = stdin.isEmpty() ? "</dev/null" : "<<'" + mark + "'\n" + stdin + mark;
    return "%s %s %s\nexit=$?\necho %s >&2\necho %s $exit\n"
        .formatted(
            name(),
            arguments.stream().map(ShellText::argument).collect(Collectors.joining(" ")),
            input,
            mark,
            mark);
  }

  /** A request that runs nothing. */
  public static String nothing(String mark) {
    return "echo %s >&2\necho %s 0\n".formatted(mark, mark);
  }

  private String name() {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return "matriarch_" + HexFormat.of().toHexDigits((int) sum.getValue());
  }
}
