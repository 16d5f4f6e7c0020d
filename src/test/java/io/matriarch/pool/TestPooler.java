package io.matriarch.pool;

import static org.awaitility.Awaitility.await;

import io.matriarch.postgres.TestCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A real PgBouncer on a Unix socket, run as postgres if we are root. */
public final class TestPooler implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(20);

  private static final String USER = System.getProperty("user.name");
  private static final String PSQL = "/usr/lib/postgresql/15/bin/psql";

  private final String home;
  private final List<Process> started = new ArrayList<>();

  private TestPooler(String home) {
    this.home = home;
  }

  public static TestPooler start(String databases) throws Exception {
    TestPooler pooler = new TestPooler(run("mktemp", "-d", "/tmp/pool.XXXXXXXX").strip());
    pooler.write("databases.ini", databases);
    pooler.write("users", "\"%s\" \"\"\n".formatted(owner()));
    pooler.write(
        "pgbouncer.ini",
        """
        %%include %1$s/databases.ini
        [pgbouncer]
        listen_addr =
        listen_port = 6432
        unix_socket_dir = %1$s
        auth_type = trust
        auth_file = %1$s/users
        pool_mode = transaction
        query_wait_timeout = 77
        pidfile = %1$s/pid
        logfile = %1$s/log
        """
            .formatted(pooler.home));
    pooler.start();
    return pooler;
  }

  public void start() throws Exception {
    run("/usr/sbin/pgbouncer", "-q", "-d", home + "/pgbouncer.ini");
    await().atMost(SOON).until(() -> look().answers());
  }

  public void kill() throws Exception {
    long pid = Long.parseLong(Files.readString(Path.of(home, "pid")).strip());
    run("kill", "-KILL", Long.toString(pid));
    await().atMost(SOON).until(() -> !look().answers());
    run("rm", "-f", home + "/pid");
  }

  public PgBouncer at() {
    return new PgBouncer(
        "test",
        home,
        6432,
        "pgbouncer",
        null,
        databasesFile().toString(),
        owner(),
        home + "/state");
  }

  Path databasesFile() {
    return Path.of(home, "databases.ini");
  }

  String home() {
    return home;
  }

  ObservedPooler look() throws Exception {
    return ObservedPooler.read(output(PoolCommands.look(at())));
  }

  boolean paused(String database) throws Exception {
    return look().database(database).orElseThrow().paused();
  }

  PoolAnswer pause(PauseToken token, int expiry, Set<Backend> leads, String... databases)
      throws Exception {
    return answer(
        PoolCommands.pause(
            at(), token, Set.of(databases), leads, Duration.ofSeconds(1), seconds(expiry)));
  }

  PoolAnswer resume(PauseToken token) throws Exception {
    return answer(PoolCommands.resume(at(), token));
  }

  PoolAnswer held(PauseToken token, Backend... leads) throws Exception {
    return answer(PoolCommands.held(at(), token, Set.of(leads)));
  }

  /** What a console of ours started and left behind to resume. */
  List<ProcessHandle> expiries() {
    return ProcessHandle.allProcesses()
        .filter(p -> commandLine(p).contains("matriarch-resume"))
        .filter(p -> commandLine(p).contains(home + "/state"))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** A client that sends the SQL and stays connected, until its input is closed. */
  Process client(String database, String sql) throws IOException {
    List<String> command =
        List.of(PSQL, "-XAtqw", "-h", home, "-p", "6432", "-U", owner(), "-d", conninfo(database));
    Process process = new ProcessBuilder(asOwner(command)).redirectErrorStream(true).start();
    started.add(process);
    OutputStream in = process.getOutputStream();
    in.write((sql + ";\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
    return process;
  }

  /** What a client reads that asks and goes. */
  static String finish(Process client) throws Exception {
    client.getOutputStream().close();
    String said =
        new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    client.waitFor();
    return said;
  }

  String query(String database, String sql) throws Exception {
    return finish(client(database, sql));
  }

  public void admin(String command) throws Exception {
    run(
        PSQL,
        "-XAtqw",
        "-h",
        home,
        "-p",
        "6432",
        "-U",
        "pgbouncer",
        "-d",
        "pgbouncer",
        "-c",
        command);
  }

  static void sql(TestCluster cluster, String sql) throws Exception {
    String sockets = Objects.requireNonNull(cluster.at().socketDirectory());
    run(PSQL, "-XAtqw", "-h", sockets, "-p", "6543", "-d", "postgres", "-c", sql);
  }

  static Backend backend(TestCluster cluster) {
    return new Backend(Objects.requireNonNull(cluster.at().socketDirectory()), cluster.at().port());
  }

  Process begin(LocalCommand command) throws IOException {
    Process process = new ProcessBuilder(asOwner(command.arguments())).start();
    started.add(process);
    return process;
  }

  static PoolAnswer answer(LocalCommand command) throws Exception {
    return PoolAnswer.read(output(command));
  }

  public static LocalCommand.Output output(LocalCommand command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(asOwner(command.arguments())).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(command.stdin().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It did not want to read.
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new LocalCommand.Output(process.waitFor(), out, err);
  }

  void write(String name, String text) throws Exception {
    output(new LocalCommand(List.of("tee", home + "/" + name), text));
  }

  static String run(String... command) throws IOException, InterruptedException {
    LocalCommand.Output output = output(new LocalCommand(List.of(command), ""));
    if (output.exit() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output.stderr());
    }
    return output.stdout();
  }

  static String owner() {
    return USER.equals("root") ? "postgres" : USER;
  }

  static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static String conninfo(String database) {
    return "dbname='" + database.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static List<String> asOwner(List<String> command) {
    List<String> full = new ArrayList<>(command);
    if (USER.equals("root")) {
      full.addAll(0, List.of("runuser", "-u", "postgres", "--"));
    }
    return full;
  }

  @Override
  public void close() throws Exception {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (Files.exists(Path.of(home, "pid"))) {
      kill();
    }
    expiries().forEach(ProcessHandle::destroyForcibly);
    run("rm", "-rf", home);
  }
}
