package io.matriarch.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the server on one cluster, and ends what an earlier console left running. */
final class PostgresServer {

  private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final int STATUS_LINE = 7;

  private final PostgresCluster cluster;
  private final PostgresProgram programs;

  PostgresServer(PostgresCluster cluster, PostgresProgram programs) {
    this.cluster = cluster;
    this.programs = programs;
  }

  void start() throws IOException, InterruptedException {
    Process process = programs.spawn(cluster.startLog(), List.of("-D", cluster.data().toString()));
    long begun = System.nanoTime();
    long told = 0;
    // Crash recovery takes as long as it takes: only the end of the process is a failure.
    while (!ready(process.pid())) {
      if (!process.isAlive()) {
        throw new DatabaseStartFailed(
            "Starting PostgreSQL %s on %s: it exited %d: %s%s"
                .formatted(
                    PostgresBinaries.VERSION,
                    cluster.data(),
                    process.exitValue(),
                    lastWords(),
                    programs.adviceForRoot()));
      }
      long seconds = (System.nanoTime() - begun) / 1_000_000_000L;
      if (seconds >= told + 10) {
        told = seconds;
        log.info("Embedded PostgreSQL is still starting after {} s (recovering?)", seconds);
      }
      Thread.sleep(10);
    }
  }

  private boolean ready(long pid) throws IOException {
    List<String> lines = pidFile();
    return lines.size() > STATUS_LINE
        && lines.getFirst().strip().equals(Long.toString(pid))
        && lines.get(STATUS_LINE).strip().equals("ready");
  }

  private List<String> pidFile() throws IOException {
    try {
      return Files.readAllLines(pidFilePath());
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  private Path pidFilePath() {
    return cluster.data().resolve("postmaster.pid");
  }

  void stop() throws IOException, InterruptedException {
    if (!PostgresProcesses.in(cluster.data()).isEmpty()) {
      askToStop();
      endAll();
    }
  }

  /** Makes sure that nothing runs on the cluster, whoever started it. */
  void stopOrphans() throws IOException, InterruptedException {
    List<ProcessHandle> left = PostgresProcesses.in(cluster.data());
    if (!left.isEmpty()) {
      log.warn(
          "A PostgreSQL of an earlier console still runs on {} ({} processes); stopping it",
          cluster.data(),
          left.size());
      stop();
    }
    forgetForeignProcess();
  }

  /** Its number went to another program meanwhile; the server would take that for itself. */
  private void forgetForeignProcess() throws IOException {
    Optional<ProcessHandle> named =
        pidFile().stream().limit(1).map(String::strip).flatMap(PostgresServer::process).findAny();
    if (named.isPresent()) {
      log.warn("{} names process {}, which is none of ours", pidFilePath(), named.get().pid());
      Files.deleteIfExists(pidFilePath());
    }
  }

  private static Stream<ProcessHandle> process(String pid) {
    return pid.matches("\\d{1,9}") ? ProcessHandle.of(Long.parseLong(pid)).stream() : Stream.of();
  }

  private void askToStop() throws IOException, InterruptedException {
    try {
      programs.run(
          Path.of("/dev/null"),
          cluster.home().resolve("stop.log"),
          "pg_ctl",
          "stop",
          "--pgdata=" + cluster.data(),
          "--mode=fast",
          "--timeout=" + STOP_LIMIT.toSeconds(),
          "--silent");
    } catch (DatabaseStartFailed refused) {
      log.warn("{}", refused.getMessage());
    }
  }

  private void endAll() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    List<ProcessHandle> left = PostgresProcesses.in(cluster.data());
    while (!left.isEmpty()) {
      if (System.nanoTime() > deadline) {
        log.warn("Killing {} processes left on {}", left.size(), cluster.data());
        left.forEach(ProcessHandle::destroyForcibly);
      }
      Thread.sleep(10);
      left = PostgresProcesses.in(cluster.data());
    }
  }

  private String lastWords() throws IOException {
    StringBuilder words = new StringBuilder(Files.readString(cluster.startLog()).strip());
    try (Stream<Path> logs = Files.list(cluster.home().resolve("log"))) {
      Optional<Path> newest = logs.max(Comparator.comparing(file -> file.toFile().lastModified()));
      if (newest.isPresent()) {
        List<String> lines = Files.readAllLines(newest.get());
        lines
            .subList(Math.max(0, lines.size() - 5), lines.size())
            .forEach(line -> words.append('\n').append(line));
        words.append("\n(log: ").append(newest.get()).append(')');
      }
    }
    return words.toString();
  }
}
