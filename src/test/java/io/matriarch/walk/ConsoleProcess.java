package io.matriarch.walk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A console in a process of its own, so that it can be killed, frozen and started again. */
final class ConsoleProcess implements AutoCloseable {

  private final List<String> command = new ArrayList<>();
  private final Path log;
  private Process process;

  /**
   * @param directory its data directory; its log lies beside the data
   */
  ConsoleProcess(Path directory, List<String> arguments) throws IOException {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.matriarch.MatriarchApplication");
    command.addAll(arguments);
    command.add("--server.port=0");
    command.add("--matriarch.data-directory=" + directory);
    log = directory.resolve("console.log");
    process = start();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Whether runs that it has claimed carry this name. */
  boolean isNamed(String node) {
    try {
      return Files.readString(log.resolveSibling("node-id")).strip().equals(node);
    } catch (IOException e) {
      return false;
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  void restart() throws IOException {
    process = start();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Until it has woken and has said that it stops acting for the run. */
  void awaitGivenUp(long run) {
    String begin = "run %d: ".formatted(run);
    String left = "run %d was left where it is".formatted(run);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                log()
                    .lines()
                    .anyMatch(
                        line ->
                            line.contains(left)
                                || line.contains(begin)
                                    && (line.contains("stops acting")
                                        || line.contains("no longer the current")
                                        || line.contains("newer owner"))));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      kill();
    }
  }
}
