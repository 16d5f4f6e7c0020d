package io.matriarch.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store of one server on a free port of loopback, with a directory of its own. */
public abstract class TestStore implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Path home;
  private final StoreKind kind;
  private final int port;
  private @Nullable Process process;

  TestStore(StoreKind kind) throws IOException {
    this.kind = kind;
    this.home = Files.createTempDirectory("matriarch-" + kind.stored());
    this.port = free();
  }

  abstract List<String> command() throws IOException;

  public StoreKey key(String name) {
    return key(name, null, null);
  }

  StoreKey key(String name, @Nullable StoreLogin login, @Nullable Path authority) {
    return new StoreKey(kind, List.of(new StoreServer("127.0.0.1", port)), name, login, authority);
  }

  Path home() {
    return home;
  }

  int port() {
    return port;
  }

  /** Starts it, or starts it again with the data it had. */
  public void start() throws IOException, InterruptedException {
    process =
        new ProcessBuilder(command())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    until(this::takesConnections);
  }

  private boolean takesConnections() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private interface Condition {
    boolean holds() throws InterruptedException;
  }

  private void until(Condition condition) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end || !running().isAlive()) {
        throw new AssertionError(
            kind + " does not start: " + Files.readString(home.resolve("log")));
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private Process running() {
    return java.util.Objects.requireNonNull(process);
  }

  /** Its log, for the message of a test that fails. */
  String log() throws IOException {
    return Files.readString(home.resolve("log"));
  }

  public void stop() throws InterruptedException {
    running().destroyForcibly();
    running().waitFor(10, TimeUnit.SECONDS);
  }

  /** It takes connections still, and answers nothing. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void wake() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    run("kill", "-" + name, Long.toString(running().pid()));
  }

  /** Runs a program here that must succeed. */
  void run(String... command) throws IOException, InterruptedException {
    Process done =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("tool.log").toFile())
            .start();
    if (!done.waitFor(30, TimeUnit.SECONDS) || done.exitValue() != 0) {
      done.destroyForcibly();
      throw new AssertionError(
          String.join(" ", command) + ": " + Files.readString(home.resolve("tool.log")));
    }
  }

  /** A certificate for the loopback address, which is its own authority. */
  Path certificate() throws IOException, InterruptedException {
    run(
        ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=store -keyout server.key"
                + " -out server.crt -addext subjectAltName=IP:127.0.0.1,DNS:localhost")
            .split(" "));
    return home.resolve("server.crt");
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (process != null) {
      stop();
    }
    try (Stream<Path> files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    }
  }
}
