package io.matriarch.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs other programs and waits for them. */
final class Programs {

  private Programs() {}

  static void run(Path log, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    int exit = exit(log, environment, command);
    if (exit != 0) {
      throw new IOException("%s exited %d; see %s".formatted(command, exit, log));
    }
  }

  static int exit(Path log, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(command + " did not end within 5 minutes");
    }
    return process.exitValue();
  }
}
