package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everybody on a host can read the arguments of all programs. */
class SecretsTest {

  private static final String PASSWORD = "pa55-in-the-passfile";
  private static final String TOKEN = "t0ken-of-this-server";

  @Test
  void neither_password_nor_token_nor_document_is_an_argument_of_psql() throws Exception {
    try (Machine machine = new Machine();
        Listener console = new Listener()) {
      Path passfile = secret(machine, "pgpass", "*:*:*:*:" + PASSWORD);
      Path token = secret(machine, "token", TOKEN);

      Set<String> seen =
          argumentsUntil(
              Agent.on(machine),
              "psql",
              "conninfo=host=%s port=%d dbname=m user=a"
                  .formatted(console.address(), console.port()),
              "passfile=" + passfile,
              "token_file=" + token);

      assertHidden(seen);
      assertThat(seen).anyMatch(line -> line.contains("-d host=" + console.address()));
    }
  }

  @Test
  void neither_token_nor_document_is_an_argument_of_curl() throws Exception {
    try (Machine machine = new Machine();
        Listener console = new Listener()) {
      Path token = secret(machine, "token", TOKEN);

      Set<String> seen =
          argumentsUntil(
              Agent.on(machine),
              "curl",
              "url=http://%s:%d".formatted(console.address(), console.port()),
              "token_file=" + token);

      assertHidden(seen);
      assertThat(seen).anyMatch(line -> line.contains("--config -"));
    }
  }

  private static void assertHidden(Set<String> seen) {
    assertThat(seen)
        .noneMatch(line -> line.contains(PASSWORD))
        .noneMatch(line -> line.contains(TOKEN))
        .noneMatch(line -> line.contains("\"intervalSeconds\":30"));
  }

  /** All argument lists of the machine, from the start of a run until the client was seen. */
  private static Set<String> argumentsUntil(Agent agent, String client, String... settings)
      throws Exception {
    List<String> command = agent.command(agent.settings(settings));
    Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
    Set<String> seen = new ConcurrentSkipListSet<>();
    try {
      String mark = client.equals("psql") ? "host=127.31." : "--config\0-";
      Machine.waitUntil(
          client + " runs",
          () -> {
            Set<String> now = arguments();
            seen.addAll(now);
            return now.stream().anyMatch(line -> line.contains(mark.replace('\0', ' ')));
          });
    } finally {
      run.descendants().forEach(ProcessHandle::destroy);
      run.destroy();
      assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    return seen;
  }

  private static Set<String> arguments() {
    Set<String> all = new ConcurrentSkipListSet<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .forEach(
              process -> {
                try {
                  String line =
                      new String(
                          Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
                  // The settings file of the run itself names paths, never what is in them.
                  all.add(line.replace('\0', ' '));
                } catch (IOException e) {
                  // It has ended.
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static Path secret(Machine machine, String name, String text) throws IOException {
    Path file = machine.write(name, text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
