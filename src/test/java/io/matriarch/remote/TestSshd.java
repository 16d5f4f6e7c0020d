package io.matriarch.remote;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real sshd on a loopback address of its own, for the user who runs the tests. */
public final class TestSshd implements AutoCloseable {

  private final Path directory;
  private final String address;
  private final int port;
  private @Nullable Process process;

  private TestSshd(Path directory, String address, int port) {
    this.directory = directory;
    this.address = address;
    this.port = port;
  }

  /** Started, with an ed25519 host key, and letting that identity in. */
  public static TestSshd start(String address, SshIdentity identity, String... settings)
      throws IOException, InterruptedException {
    return start(address, identity, List.of("ed25519"), settings);
  }

  static TestSshd start(
      String address, SshIdentity identity, List<String> keyTypes, String... settings)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("sshd");
    TestSshd sshd = new TestSshd(directory, address, freePort(address));
    for (String type : keyTypes) {
      sshd.makeHostKey(type);
    }
    sshd.configure(identity, settings);
    sshd.start();
    return sshd;
  }

  Host host() {
    return host(hostKey().openSsh());
  }

  Host host(String... pinned) {
    return new Host("test", address, port, user(), List.of(pinned), List.of());
  }

  public String address() {
    return address;
  }

  public int port() {
    return port;
  }

  public HostKey hostKey() {
    return hostKey("ed25519");
  }

  HostKey hostKey(String type) {
    try {
      return HostKey.parse(Files.readString(directory.resolve("host_" + type + ".pub")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Path home() {
    return directory.resolve("home");
  }

  void makeHostKey(String type) throws IOException, InterruptedException {
    Path file = directory.resolve("host_" + type);
    Files.deleteIfExists(file);
    run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", file.toString());
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(program(), "-D", "-e", "-f", directory.resolve("config").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(this::listening);
  }

  void stop() throws InterruptedException {
    Process started = process;
    if (started != null) {
      started.destroyForcibly().waitFor();
    }
  }

  /** Kills the processes of all sessions, but not the listener. */
  void killSessions() {
    Process started = process;
    if (started != null) {
      started.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** Stops them without ending them, like a host that was cut off. */
  void freezeSessions() throws IOException, InterruptedException {
    Process started = process;
    if (started != null) {
      for (ProcessHandle session : started.descendants().toList()) {
        run("kill", "-STOP", Long.toString(session.pid()));
      }
    }
  }

  /** Connections that the host has now. */
  long connections() {
    Process started = process;
    return started == null ? 0 : started.children().filter(ProcessHandle::isAlive).count();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    killSessions();
    stop();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  static int freePort(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return socket.getLocalPort();
    }
  }

  public static String user() {
    return System.getProperty("user.name");
  }

  private void configure(SshIdentity identity, String... settings) throws IOException {
    Files.createDirectories(home());
    Files.writeString(directory.resolve("authorized"), identity.authorizedKeysLine() + "\n");
    List<String> lines = new ArrayList<>();
    lines.add("ListenAddress " + address + ":" + port);
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      if (Files.exists(directory.resolve("host_" + type))) {
        lines.add("HostKey " + directory.resolve("host_" + type));
      }
    }
    lines.add("AuthorizedKeysFile " + directory.resolve("authorized"));
    lines.add("PidFile none");
    lines.add("StrictModes no");
    lines.add("UsePAM no");
    lines.add("PermitRootLogin prohibit-password");
    lines.add("PasswordAuthentication no");
    lines.add("SetEnv HOME=" + home());
    lines.addAll(Arrays.asList(settings));
    Files.write(directory.resolve("config"), lines);
  }

  private boolean listening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String program() throws IOException {
    if (Files.isWritable(Path.of("/run"))) {
      Files.createDirectories(Path.of("/run/sshd"));
    }
    return "/usr/sbin/sshd";
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException(String.join(" ", command) + " exited " + exit);
    }
  }
}
