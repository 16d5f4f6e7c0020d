package io.matriarch.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real HAProxy, and servers that answer everybody with their name. */
final class TestHaproxy implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");

  private final Path home;
  private final Process process;

  private TestHaproxy(Path home, Process process) {
    this.home = home;
    this.process = process;
  }

  static boolean available() {
    return Files.isExecutable(PROGRAM);
  }

  static TestHaproxy start(String configuration) throws IOException {
    Path home = Files.createTempDirectory("matriarch-haproxy");
    Path file = Files.writeString(home.resolve("haproxy.cfg"), configuration);
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "-db", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    return new TestHaproxy(home, process);
  }

  String log() {
    try {
      return Files.readString(home.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who answers at a port; empty if nobody does. */
  static String whoAnswers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A server that says its name and hangs up. */
  static ServerSocket named(String name) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try (Socket client = server.accept()) {
              client.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              // A client that is gone already, or the end.
            }
          }
        });
    return server;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
    for (String file : new String[] {"haproxy.cfg", "log"}) {
      Files.deleteIfExists(home.resolve(file));
    }
    Files.deleteIfExists(home);
  }
}
