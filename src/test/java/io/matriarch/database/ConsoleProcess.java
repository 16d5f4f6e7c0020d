package io.matriarch.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A console's part that matters here, in a process of its own that can be killed. */
final class ConsoleProcess implements AutoCloseable {

  private final Process process;

  private ConsoleProcess(Process process) {
    this.process = process;
  }

  /** Runs in the other process: starts the server, says so, and stays until it is ended. */
  public static void main(String[] arguments) throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), null);
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
    System.out.println("ready " + postgres.port());
    while (System.in.read() >= 0) {
      // Lives until its input ends.
    }
  }

  /** Returns once the server is ready. */
  static ConsoleProcess start(Path directory, String classPath, String... prefix)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            ConsoleProcess.class.getName(),
            directory.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .directory(new java.io.File("/"))
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("ready ")) {
        drain(process.getInputStream());
        return new ConsoleProcess(process);
      }
    }
    throw new IllegalStateException("the console ended: " + said);
  }

  private static void drain(InputStream output) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                output.transferTo(java.io.OutputStream.nullOutputStream());
              } catch (IOException ended) {
                return;
              }
            });
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    ended();
  }

  void terminate() throws InterruptedException {
    process.destroy();
    ended();
  }

  private void ended() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the console does not end");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
