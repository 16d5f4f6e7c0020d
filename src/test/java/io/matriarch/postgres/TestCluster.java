package io.matriarch.postgres;

import io.matriarch.testing.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real cluster with a Unix socket and no network, run as postgres if we are root. */
public final class TestCluster implements AutoCloseable {

  static final String BIN = "/usr/lib/postgresql/15/bin";
  private static final String USER = System.getProperty("user.name");

  private final String home;

  private TestCluster(String home) {
    this.home = home;
  }

  public static TestCluster primary() throws Exception {
    TestCluster cluster = new TestCluster(run("mktemp", "-d", "/tmp/probe.XXXXXXXX").strip());
    run(BIN + "/initdb", "-D", cluster.data(), "-A", "trust", "-U", owner(), "--no-sync");
    cluster.configure("cluster_name = 'orders \"1\"'");
    cluster.start();
    return cluster;
  }

  TestCluster standby() throws Exception {
    TestCluster standby = new TestCluster(run("mktemp", "-d", "/tmp/probe.XXXXXXXX").strip());
    List<String> command =
        List.of(
            BIN + "/pg_basebackup",
            "--checkpoint=fast",
            "--no-sync",
            "-RCS",
            "s1",
            "-D",
            standby.data(),
            "-d",
            "host=" + home + " port=" + 6543 + " application_name=db2");
    run(command.toArray(String[]::new));
    standby.configure("");
    standby.start();
    return standby;
  }

  public void start() throws Exception {
    run(BIN + "/pg_ctl", "-D", data(), "-w", "-s", "-l", home + "/log", "start");
  }

  public void stop(String mode) throws Exception {
    run(BIN + "/pg_ctl", "-D", data(), "-w", "-s", "-m", mode, "stop");
  }

  /** Listens on a loopback address too, with TLS if a certificate is given. */
  public void listen(String address, TestAuthority.@Nullable Issued certificate, Path directory)
      throws Exception {
    String tls = "";
    if (certificate != null) {
      put("server.crt", Files.readString(certificate.certificateFile(directory)));
      put("server.key", Files.readString(certificate.keyFile(directory)));
      run("chmod", "600", data() + "/server.key");
      tls = "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n";
    }
    configure("listen_addresses = '%s'\n%s".formatted(address, tls));
    put(
        "pg_hba.conf",
        "local all all trust\nlocal replication all trust\nhost all all all scram-sha-256\n");
    stop("fast");
    start();
  }

  private void put(String file, String text) throws Exception {
    TestCluster.answer(new LocalCommand(List.of("tee", data() + "/" + file), text));
  }

  public String sql(String sql) throws Exception {
    return run(BIN + "/psql", "-XAtq", "-h", home, "-p", "6543", "-d", "postgres", "-c", sql)
        .strip();
  }

  void signal(String name, long pid) throws Exception {
    run("kill", "-" + name, Long.toString(pid));
  }

  public Cluster at() {
    return new Cluster(data(), owner(), 6543, home, BIN);
  }

  String data() {
    return home + "/data with 'blank";
  }

  String home() {
    return home;
  }

  ObservedInstance observe() throws Exception {
    return PostgresProbe.observe(at(), TestCluster::answer);
  }

  static LocalCommands.Output answer(LocalCommand command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(asOwner(command.arguments())).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(command.stdin().getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new LocalCommands.Output(process.waitFor(), out, err);
  }

  static String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(asOwner(Arrays.asList(command))).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + out);
    }
    return out;
  }

  static String owner() {
    return USER.equals("root") ? "postgres" : USER;
  }

  private static List<String> asOwner(List<String> command) {
    List<String> full = new ArrayList<>(command);
    if (USER.equals("root")) {
      full.addAll(0, List.of("runuser", "-u", "postgres", "--"));
    }
    return full;
  }

  private void configure(String further) throws Exception {
    String settings =
        "port = 6543\nlisten_addresses = ''\nunix_socket_directories = '"
            + home
            + "'\nfsync = off\nshared_buffers = 16MB\n"
            + further
            + "\n";
    TestCluster.answer(
        new LocalCommand(List.of("tee", "-a", data() + "/postgresql.conf"), settings));
  }

  @Override
  public void close() throws Exception {
    try {
      stop("immediate");
    } catch (IOException e) {
      // It does not run.
    }
    run("rm", "-rf", home);
  }
}
