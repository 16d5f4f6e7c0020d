package io.matriarch.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A BIND primary and its secondary for zone {@code test.}, on loopback and without privileges. */
public final class TestBind implements AutoCloseable {

  public static final TsigKey KEY =
      new TsigKey("update-key", "hmac-sha256", "bWF0cmlhcmNoLXRlc3Qta2V5LW5vdC1hLXNlY3JldA==");
  private static final Path NAMED = Path.of("/usr/sbin/named");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path home;
  private final NameServer primary;
  private final NameServer secondary;
  private final List<Process> running = new ArrayList<>();

  private TestBind(Path home, NameServer primary, NameServer secondary) {
    this.home = home;
    this.primary = primary;
    this.secondary = secondary;
  }

  public static boolean available() {
    return Files.isExecutable(NAMED);
  }

  public static TestBind start(Path home) throws IOException, InterruptedException {
    TestBind bind = new TestBind(home, free(), free());
    bind.write();
    bind.run("primary");
    bind.await(bind.primary);
    bind.run("secondary");
    bind.await(bind.secondary);
    return bind;
  }

  public NameServer primary() {
    return primary;
  }

  public NameServer secondary() {
    return secondary;
  }

  public void freezeSecondary() throws IOException, InterruptedException {
    freeze(running.get(1));
  }

  /** Its threads stop one after the other, a moment after the signal. */
  private static void freeze(Process server) throws IOException, InterruptedException {
    signal("STOP", server);
    Path threads = Path.of("/proc/%d/task".formatted(server.pid()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              try (Stream<Path> all = Files.list(threads)) {
                return all.allMatch(TestBind::isStopped);
              }
            });
  }

  private static boolean isStopped(Path thread) {
    try {
      return Files.readString(thread.resolve("stat")).replaceAll("(?s).*\\) ", "").startsWith("T");
    } catch (IOException e) {
      return true;
    }
  }

  public void wakeSecondary() throws IOException, InterruptedException {
    signal("CONT", running.get(1));
  }

  /** It takes connections still, and answers nothing. */
  public void freezePrimary() throws IOException, InterruptedException {
    freeze(running.getFirst());
  }

  public void stopPrimary() throws InterruptedException {
    end(running.getFirst());
  }

  /** Notifies nobody any more, so that the secondary stays where it is and goes on answering. */
  public void cutSecondary() throws IOException, InterruptedException {
    Files.writeString(home.resolve("primary.conf"), primaryConfig("notify no;"));
    signal("HUP", running.getFirst());
    await(primary);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Process process : running) {
      end(process);
    }
    try (Stream<Path> files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static NameServer free() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new NameServer("127.0.0.1", socket.getLocalPort());
    }
  }

  private void write() throws IOException {
    Files.createDirectories(home.resolve("primary"));
    Files.createDirectories(home.resolve("secondary"));
    Files.writeString(
        home.resolve("primary/zone"),
        """
        $TTL 60
        @ SOA ns1 hostmaster 1 3600 5 86400 5
        @ NS ns1
        @ NS ns2
        ns1 A 192.0.2.1
        ns2 A 192.0.2.2
        db 30 A 192.0.2.11
        db6 30 AAAA 2001:db8::11
        writer 30 CNAME db1.test.
        """);
    Files.writeString(
        home.resolve("primary.conf"),
        primaryConfig(
            "also-notify { 127.0.0.1 port %d key update-key; };".formatted(secondary.port())));
    Files.writeString(
        home.resolve("secondary.conf"),
        options("secondary", secondary)
            + """
            zone "test" { type secondary; file "zone"; masterfile-format text;
              primaries { 127.0.0.1 port %d key update-key; }; };
            """
                .formatted(primary.port()));
  }

  private String primaryConfig(String notify) {
    return options("primary", primary)
        + """
        zone "test" { type primary; file "zone"; notify-delay 0; %s
          update-policy { grant update-key zonesub ANY; };
          allow-transfer { key update-key; }; };
        """
            .formatted(notify);
  }

  private String options(String role, NameServer server) {
    return """
    options { directory "%s"; pid-file none; session-keyfile none; managed-keys-directory ".";
      listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; };
      recursion no; dnssec-validation no; notify explicit; };
    controls { };
    key "update-key" { algorithm hmac-sha256; secret "%s"; };
    """
        .formatted(home.resolve(role), server.port(), KEY.secret());
  }

  private void run(String role) throws IOException {
    running.add(
        new ProcessBuilder(
                NAMED.toString(),
                "-f",
                "-n",
                "1",
                "-c",
                home.resolve(role + ".conf").toString(),
                "-L",
                home.resolve(role + ".log").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(role + ".out").toFile())
            .start());
  }

  private void await(NameServer server) throws InterruptedException {
    RecordName record = new RecordName("test", "db.test", RecordType.A);
    DnsServers servers = new DnsServers(Duration.ofSeconds(1));
    until(() -> !servers.ask(record, server).values().isEmpty(), server + " does not serve test.");
  }

  /** A condition that may be interrupted. */
  public interface Condition {
    boolean holds() throws InterruptedException;
  }

  public void until(Condition condition, String otherwise) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(otherwise + " " + logs());
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private String logs() {
    try {
      StringBuilder text = new StringBuilder();
      for (String role : List.of("primary", "secondary")) {
        for (String kind : List.of(".log", ".out")) {
          Path file = home.resolve(role + kind);
          text.append(Files.exists(file) ? Files.readString(file) : "");
        }
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
