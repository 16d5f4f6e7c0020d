package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
final class Programs {

  private Programs() {}

  record Result(int exit, String said) {}

  /** What it printed; a program that fails fails the test with all of it. */
  static String run(String... command) throws Exception {
    Result result = result(Map.of(), List.of(command));
    assertThat(result.exit()).as("%s: %s", String.join(" ", command), result.said()).isZero();
    return result.said();
  }

  /** Into a file, since what it leaves running would hold a pipe open. */
  static Result result(Map<String, String> environment, List<String> command) throws Exception {
    Path said = Files.createTempFile("walk", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
      builder.environment().put("MATRIARCH_CLASSPATH", System.getProperty("java.class.path"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(String.join(" ", command)).isTrue();
      return new Result(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    } finally {
      Files.delete(said);
    }
  }
}
