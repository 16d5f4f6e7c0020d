package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.dns.DnsServers;
import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** What leads clients to a primary, on real hosts: two PgBouncers, two BINDs and scripts. */
class EndpointsTest {

  private static final RecordName RECORD =
      new RecordName("lab.test", "orders.lab.test", RecordType.A);

  private static final DnsServers DNS = new DnsServers(Duration.ofSeconds(2));
  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static LabService pgbouncer;
  private static Path hooks;
  private static long herd;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "app1", "app2", "ns1", "ns2");
    orders = lab.herd("orders", "db1", "db2");
    LabService bind = lab.bind("ns1", "ns2");
    hooks = Files.createTempDirectory("matriarch-hooks");
    script("pre-switchover.d/10-batch", "echo \"told before: $(cat)\"");
    script("post-switchover.d/50-balancer", "echo \"told after: $(cat)\"");
    console = new LabConsole(lab, List.of("--matriarch.hooks.directory=" + hooks));
    herd = console.discover(orders);
    pgbouncer = lab.pgbouncer("app1", orders, 1);
    console.pooler(herd, pgbouncer);
    console.pooler(herd, lab.pgbouncer("app2", orders, 1));
    console.dnsRecord(
        herd, RECORD.name(), bind, List.of(lab.host("ns1").address(), lab.host("ns2").address()));
  }

  @AfterAll
  static void down() throws Exception {
    if (console != null) {
      console.close();
    }
    if (lab != null) {
      lab.close();
    }
    if (hooks != null) {
      FileSystemUtils.deleteRecursively(hooks);
    }
  }

  @AfterEach
  void settle() throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> !console.isBusy() && streaming(primary()));
    console.discover(orders);
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> answers("ns2").equals(answers("ns1")));
    RunRow moved = console.awaitEnd(submit("herd.move-dns", Map.of()));
    assertThat(moved.state()).as(moved.message()).isEqualTo(RunState.SUCCEEDED);
  }

  private static void script(String name, String text) throws IOException {
    Path file = hooks.resolve(name);
    Files.createDirectories(file.getParent());
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void after_a_switch_every_pooler_and_name_server_leads_to_the_new_primary() throws Exception {
    String former = primary();
    long job = switchOver();
    RunRow run = console.awaitEnd(job);

    String log = console.log(job);
    assertThat(run.state()).as(run.message() + "\n" + log).isEqualTo(RunState.SUCCEEDED);
    assertThat(primary()).isNotEqualTo(former);
    String address = lab.host(primary()).address();
    assertThat(answers("ns1")).isEqualTo(address);
    assertThat(answers("ns2")).isEqualTo(address);
    assertThat(leads("app1")).isEqualTo(address);
    assertThat(leads("app2")).isEqualTo(address);
    assertThat(log)
        .contains("told before: {\"event\":\"pre-switchover\"")
        .contains("told after: {\"event\":\"post-switchover\"")
        .contains("\"herd\":\"orders\"")
        .contains("\"server\":\"%s\",\"address\":\"%s\"".formatted(primary(), address));
    assertThat(log.indexOf("told before")).isLessThan(log.indexOf("reserve"));
  }

  @Test
  void a_name_server_that_lags_behind_is_named_while_service_is_up() throws Exception {
    console.awaitEnd(submit("herd.move-dns", Map.of()));
    String former = lab.host(primary()).address();
    lab.cut("ns1", "ns2");
    try (SetChecker clients = clients()) {
      long job = switchOver();
      RunRow run = console.awaitEnd(job);

      String log = console.log(job);
      assertThat(run.state()).as(run.message() + "\n" + log).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).isTrue();
      assertThat(run.message())
          .contains(lab.host("ns2").address() + " is stale: it answers " + former)
          .contains("from serial");
      assertThat(String.valueOf(run.remainder())).contains("finish with herd.move-dns");
      assertThat(answers("ns1")).isEqualTo(lab.host(primary()).address());
      assertThat(log).contains("told after:");
      int before = clients.acknowledged();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> clients.acknowledged() > before + 10);
      assertThat(clients.errors()).as(log).isEmpty();
    } finally {
      lab.mend("ns1", "ns2");
      // For ten minutes BIND asks no primary again that it could not reach; a fresh one does.
      lab.kill("ns2");
      lab.start("ns2");
    }
  }

  @Test
  void a_name_server_that_refuses_the_update_leaves_a_named_rest_that_one_action_finishes()
      throws Exception {
    console.awaitEnd(submit("herd.move-dns", Map.of()));
    String former = lab.host(primary()).address();
    policy("s/update-policy { grant/update-policy { deny/");
    try (SetChecker clients = clients()) {
      long job = switchOver();
      RunRow run = console.awaitEnd(job);

      String log = console.log(job);
      assertThat(run.state()).as(run.message() + "\n" + log).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).isTrue();
      assertThat(run.message()).contains("REFUSED");
      assertThat(String.valueOf(run.remainder())).contains("finish with herd.move-dns");
      assertThat(answers("ns1")).as("nothing was half done").isEqualTo(former);
      int before = clients.acknowledged();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> clients.acknowledged() > before + 10);
      assertThat(clients.lost()).as(log).isEmpty();
    } finally {
      policy("s/update-policy { deny/update-policy { grant/");
    }
    RunRow moved = console.awaitEnd(submit("herd.move-dns", Map.of()));
    assertThat(moved.state()).as(moved.message()).isEqualTo(RunState.SUCCEEDED);
    assertThat(answers("ns1")).isEqualTo(lab.host(primary()).address());
  }

  /** Changes what the primary name server lets the console do. */
  private static void policy(String change) {
    String script =
        "sed -i '%s' /etc/lab/bind/named.conf && kill -HUP $(pidof named)".formatted(change);
    assertThat(lab.exec("ns1", "sh", "-c", script).exitCode()).isZero();
  }

  @Test
  void what_has_drifted_is_led_back() throws Exception {
    String standby = standby();
    String wrong = lab.host(standby).address();
    String right = lab.host(primary()).address();
    lab.exec(
        "app1", "sed", "-i", "s/host=[^ ]*/host=" + wrong + "/", pgbouncer.fact("databasesFile"));
    tell("app1", "reload");
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> leads("app1").equals(wrong));

    RunRow run = console.awaitEnd(submit("herd.point-poolers", Map.of()));
    assertThat(run.state()).as(run.message()).isEqualTo(RunState.SUCCEEDED);
    assertThat(leads("app1")).isEqualTo(right);
    assertThat(leads("app2")).isEqualTo(right);

    console.awaitEnd(submit("herd.move-dns", Map.of()));
    RunRow lowered = console.awaitEnd(submit("herd.lower-dns-ttl", Map.of("seconds", "2")));
    assertThat(lowered.state()).as(lowered.message()).isEqualTo(RunState.SUCCEEDED);
    assertThat(DNS.ask(RECORD, server("ns1")).ttl()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void a_script_that_fails_beforehand_leaves_everything_as_it_is() throws Exception {
    String before = primary();
    script("pre-switchover.d/20-veto", "echo 'the batch runs until nine'; exit 4");
    try {
      long job = switchOver();
      RunRow run = console.awaitEnd(job);
      assertThat(run.state()).isEqualTo(RunState.FAILED);
      assertThat(run.message()).contains("20-veto", "exit 4");
      assertThat(console.log(job)).contains("the batch runs until nine").doesNotContain("reserve");
      assertThat(primary()).isEqualTo(before);
    } finally {
      Files.delete(hooks.resolve("pre-switchover.d/20-veto"));
    }
  }

  private static long submit(String action, Map<String, String> options) {
    return console.submit(action, Target.herd(herd), options);
  }

  private static long switchOver() {
    return submit(
        "herd.switchover",
        Map.of("candidate", String.valueOf(console.instance(standby(), orders))));
  }

  private static NameServer server(String host) {
    return NameServer.parse(lab.host(host).address());
  }

  private static String answers(String host) throws InterruptedException {
    return String.join(" ", DNS.ask(RECORD, server(host)).values());
  }

  private static String leads(String host) {
    return tell(host, "show databases")
        .lines()
        .map(line -> line.split("\\|"))
        .filter(fields -> fields[0].equals("app"))
        .map(fields -> fields[1])
        .findFirst()
        .orElse("");
  }

  private static String tell(String host, String command) {
    String socket = pgbouncer.facts().get("socketDirectories").get(0).asString();
    return lab.execAs(
            "postgres",
            host,
            Duration.ofSeconds(20),
            "",
            "psql",
            "-XqAt",
            "-h",
            socket,
            "-p",
            String.valueOf(pgbouncer.port()),
            "-U",
            "pgbouncer",
            "-c",
            command,
            "pgbouncer")
        .output();
  }

  private static SetChecker clients() throws Exception {
    return new SetChecker(
            "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port()),
            "app",
            String.valueOf(orders.passwords().get("app")),
            Duration.ofMillis(5))
        .start(2);
  }

  private static String primary() {
    return member("f");
  }

  private static String standby() {
    return member("t");
  }

  private static String member(String inRecovery) {
    return orders.members().stream()
        .filter(m -> ask(m, "select pg_is_in_recovery()").equals(inRecovery))
        .findAny()
        .orElse("");
  }

  private static boolean streaming(String member) {
    return ask(member, "select count(*) from pg_stat_replication where state = 'streaming'")
        .equals("1");
  }

  private static String ask(String member, String sql) {
    if (member.isEmpty()) {
      return "";
    }
    String port = Integer.toString(orders.port());
    return lab.execAs("postgres", member, Duration.ofSeconds(20), sql, "psql", "-XqAt", "-p", port)
        .output()
        .strip();
  }
}
