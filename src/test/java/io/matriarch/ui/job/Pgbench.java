package io.matriarch.ui.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Debian's pgbench with four clients through the PgBouncer of a demo, until it is closed. */
final class Pgbench implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Pattern WORKED =
      Pattern.compile("progress: [0-9.]+ s, ([0-9.]+) tps, .* 0 failed.*");
  private static final Pattern PROGRESS = Pattern.compile("progress: [0-9.]+ s, .* 0 failed.*");

  private final Path said;
  private final Process process;

  private Pgbench(Path said, Process process) {
    this.said = said;
    this.process = process;
  }

  static Pgbench through(JsonNode pooler, Path passwords, Path said) throws Exception {
    Path made = said.resolveSibling("pgbench-made.txt");
    Process making = start(pooler, passwords, made, "-i", "-q");
    assertThat(making.waitFor()).as(Files.readString(made)).isZero();
    Pgbench pgbench =
        new Pgbench(
            said, start(pooler, passwords, said, "-n", "-N", "-c", "4", "-P", "1", "-T", "3600"));
    pgbench.goesOn();
    return pgbench;
  }

  private static Process start(JsonNode pooler, Path passwords, Path said, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("pgbench"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-h",
            pooler.get("address").asString(),
            "-p",
            pooler.get("port").asString(),
            "-U",
            pooler.get("user").asString(),
            pooler.get("database").asString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("PGPASSFILE", passwords.toString());
    return builder.start();
  }

  /** Waits until two seconds more were worked in, and sees that nobody got an error so far. */
  void goesOn() {
    long before = worked();
    await().atMost(LIMIT).until(() -> worked() >= before + 2 || !process.isAlive());
    assertThat(lines().stream().skip(1)).as("all of pgbench's output").allMatch(this::isProgress);
    assertThat(process.isAlive()).as("pgbench runs").isTrue();
  }

  private boolean isProgress(String line) {
    return PROGRESS.matcher(line).matches();
  }

  private long worked() {
    return lines().stream()
        .map(WORKED::matcher)
        .filter(line -> line.matches() && isWork(line))
        .count();
  }

  private static boolean isWork(Matcher line) {
    return Double.parseDouble(line.group(1)) > 0;
  }

  /** Whole lines alone; the first is its version. */
  private List<String> lines() {
    try {
      String text = Files.readString(said);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
