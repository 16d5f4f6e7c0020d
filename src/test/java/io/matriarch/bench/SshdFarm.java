package io.matriarch.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Many stock sshd on loopback addresses of their own, one host key for all. */
final class SshdFarm implements AutoCloseable {

  static final int PORT = 2210;

  private final Path directory;
  private final List<Process> daemons = new ArrayList<>();
  private final int count;

  SshdFarm(Path directory, int count, String authorizedKey) throws Exception {
    this.directory = Files.createDirectories(directory);
    this.count = count;
    keygen("host");
    keygen("client");
    Files.createDirectories(directory.resolve("home"));
    Files.writeString(
        directory.resolve("authorized_keys"),
        authorizedKey + "\n" + Files.readString(directory.resolve("client.pub")));
    for (int i = 1; i <= count; i++) {
      daemons.add(start(i));
    }
    for (int i = 1; i <= count; i++) {
      awaitListening(address(i));
    }
  }

  private void keygen(String name) throws Exception {
    if (!Files.exists(directory.resolve(name))) {
      Programs.run(
          directory.resolve("keygen.log"),
          Map.of(),
          List.of(
              "ssh-keygen",
              "-q",
              "-t",
              "ed25519",
              "-N",
              "",
              "-f",
              directory.resolve(name).toString()));
    }
  }

  static String address(int i) {
    return "127.33.0." + i;
  }

  String hostKey() throws IOException {
    String[] parts = Files.readString(directory.resolve("host.pub")).split(" ");
    return parts[0] + " " + parts[1];
  }

  Path clientKey() {
    return directory.resolve("client");
  }

  int count() {
    return count;
  }

  private Process start(int i) throws IOException {
    Path config = directory.resolve("sshd_" + i + ".conf");
    Files.writeString(
        config,
        """
        ListenAddress %s:%d
        HostKey %s
        AuthorizedKeysFile %s
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        PermitRootLogin yes
        SetEnv HOME=%s
        """
            .formatted(
                address(i),
                PORT,
                directory.resolve("host"),
                directory.resolve("authorized_keys"),
                directory.resolve("home")));
    return new ProcessBuilder("/usr/sbin/sshd", "-D", "-f", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("sshd.log").toFile())
        .start();
  }

  private static void awaitListening(String address) throws Exception {
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket(address, PORT)) {
        return;
      } catch (IOException e) {
        Thread.sleep(20);
      }
    }
    throw new IOException("sshd on " + address + " did not come up");
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      daemon.descendants().forEach(ProcessHandle::destroy);
      daemon.destroy();
    }
  }
}
