package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a program left behind. */
record Outcome(int exit, byte[] bytes, String errors) {

  private static final long LIMIT_SECONDS = 90;

  static Outcome of(Map<String, String> environment, List<String> command) {
    Path out = temporary();
    Path err = temporary();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .directory(Path.of("/").toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end within " + LIMIT_SECONDS + " s");
      }
      return new Outcome(process.exitValue(), Files.readAllBytes(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while running " + command, e);
    } finally {
      delete(out);
      delete(err);
    }
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The output of a program that had to succeed. */
  String ok() {
    assertThat(exit).as("exit status; %s %s", errors, text()).isZero();
    return text().strip();
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("agent-report", ".out");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
