package io.matriarch.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One run of a program on this machine, with a time limit. */
final class LabCommand {

  static final int TIMED_OUT = 124;

  private LabCommand() {}

  static LabResult run(Duration limit, String input, List<String> command) {
    try {
      Process process = new ProcessBuilder(command).start();
      CompletableFuture<String> output = text(process.getInputStream());
      CompletableFuture<String> errors = text(process.getErrorStream());
      send(process, input);
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      return new LabResult(ended ? process.exitValue() : TIMED_OUT, output.join(), errors.join());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, interrupted);
    }
  }

  private static void send(Process process, String input) throws IOException {
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException closed) {
      if (process.isAlive()) {
        throw closed;
      }
    }
  }

  private static CompletableFuture<String> text(InputStream stream) {
    CompletableFuture<String> all = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                all.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException failure) {
                all.complete("");
              }
            });
    return all;
  }
}
