package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A directory of this machine that holds clusters and the agent's settings, and cleans up. */
final class Machine implements AutoCloseable {

  static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  /** The Debian tools and psql; the tests bring servers of all majors, but no client. */
  static final Path DEBIAN_BIN = Path.of("/usr/lib/postgresql/15/bin");

  private static final AtomicInteger PORTS = new AtomicInteger(21_000);

  private final Path directory;
  private final String owner;
  private final Deque<Runnable> cleanups = new ArrayDeque<>();

  Machine() {
    this(ROOT ? "postgres" : System.getProperty("user.name"));
  }

  Machine(String owner) {
    this.owner = owner;
    try {
      directory = Files.createTempDirectory(Path.of("/tmp"), "agent-report-");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    directory("sockets");
  }

  Path path() {
    return directory;
  }

  String owner() {
    return owner;
  }

  /** A directory that belongs to the owner of the clusters. */
  Path directory(String name) {
    Path made = directory.resolve(name);
    run("mkdir", "-p", made.toString()).ok();
    if (ROOT) {
      run("chown", owner, made.toString()).ok();
    }
    return made;
  }

  Path sockets() {
    return directory.resolve("sockets");
  }

  int port() {
    return PORTS.incrementAndGet();
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void onClose(Runnable cleanup) {
    cleanups.push(cleanup);
  }

  Outcome run(String... command) {
    return Outcome.of(Map.of(), List.of(command));
  }

  Outcome asOwner(String... command) {
    return asOwner(Map.of(), command);
  }

  Outcome asOwner(Map<String, String> environment, String... command) {
    return Outcome.of(environment, ownerCommand(owner, command));
  }

  static List<String> ownerCommand(String owner, String... command) {
    List<String> all = new ArrayList<>(ROOT ? List.of("runuser", "-u", owner, "--") : List.of());
    all.addAll(Arrays.asList(command));
    return all;
  }

  static void waitUntil(String what, BooleanSupplier condition) {
    Instant limit = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("time limit of waiting until %s", what).isBefore(limit);
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    cleanups.forEach(Runnable::run);
    run("rm", "-rf", directory.toString()).ok();
  }
}
