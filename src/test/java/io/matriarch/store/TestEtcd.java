package io.matriarch.store;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One etcd. */
public final class TestEtcd extends TestStore {

  private static final Path ETCD = Path.of("/usr/bin/etcd");

  private boolean secure;

  public TestEtcd() throws IOException {
    super(StoreKind.ETCD);
  }

  public static boolean available() {
    return Files.isExecutable(ETCD);
  }

  TestEtcd secured() throws IOException, InterruptedException {
    certificate();
    secure = true;
    return this;
  }

  @Override
  List<String> command() throws IOException {
    String client = (secure ? "https" : "http") + "://127.0.0.1:" + port();
    List<String> command =
        new ArrayList<>(
            List.of(
                ETCD.toString(),
                "--data-dir",
                home().resolve("data").toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                "http://127.0.0.1:" + spare()));
    if (secure) {
      command.addAll(List.of("--cert-file", "server.crt", "--key-file", "server.key"));
    }
    return command;
  }

  private static int spare() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** From then on only this user may read and write below that prefix, and root do all. */
  void demandLogin(StoreLogin login, String prefix) throws IOException, InterruptedException {
    control("user", "add", "root:test");
    control("user", "grant-role", "root", "root");
    control("user", "add", login.user() + ":" + login.password());
    control("role", "add", "keys");
    control("role", "grant-permission", "keys", "--prefix=true", "readwrite", prefix);
    control("user", "grant-role", login.user(), "keys");
    control("auth", "enable");
  }

  private void control(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env", "ETCDCTL_API=3", "etcdctl", "--endpoints", "http://127.0.0.1:" + port()));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }
}
