package io.matriarch.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** That the lab does what other tests believe of it. */
class LabTest {

  private static Lab lab;
  private static LabHerd orders;

  @BeforeAll
  static void up() {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "net1", "net2");
    orders = lab.herd("orders", "db1", "db2");
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void each_host_lets_in_postgres_and_an_admin_who_may_become_postgres() {
    assertThat(ssh("postgres", "db1", "hostname; id -un")).isEqualTo("db1\npostgres");
    assertThat(ssh("admin", "db2", "hostname; sudo -n -u postgres id -un"))
        .isEqualTo("db2\npostgres");
    assertThat(ssh("postgres", "db3", "cat /etc/machine-id"))
        .isNotEqualTo(ssh("postgres", "db2", "cat /etc/machine-id"));
  }

  @Test
  void a_command_gets_its_input_and_hands_over_output_errors_and_exit_code() {
    LabResult result =
        lab.execAs(
            "postgres",
            "db3",
            Duration.ofSeconds(20),
            "in",
            "sh",
            "-c",
            "cat; echo err >&2; exit 7");
    assertThat(result).isEqualTo(new LabResult(7, "in", "err\n"));
  }

  @Test
  void a_herd_streams_over_a_slot_and_could_do_so_the_other_way_round() {
    assertThat(
            lab.sql(
                "db1",
                orders,
                """
                select r.application_name, r.state, s.slot_name, s.active
                from pg_stat_replication r join pg_replication_slots s on s.active_pid = r.pid\
                """))
        .isEqualTo("db2|streaming|db2|t");
    assertThat(
            ssh(
                "postgres",
                "db1",
                "psql -XAt -p %d -c 'show cluster_name'".formatted(orders.port())))
        .isEqualTo("orders");
    lab.sql("db1", orders, "create table streamed as select 1 as n");
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () -> lab.sql("db2", orders, "select to_regclass('streamed') is not null").equals("t"));
    String reverse =
        "psql -wXAt 'host=%s port=%d user=replicator dbname=postgres replication=true' -c IDENTIFY_SYSTEM";
    assertThat(ssh("postgres", "db1", reverse.formatted(address("db2"), orders.port())))
        .contains("|1|");
  }

  @Test
  void a_partition_is_a_black_hole_and_heals() throws Exception {
    assertThat(listens("db3", 22)).isTrue();
    lab.partition("db3");
    assertThatThrownBy(() -> connect("db3", 22, 4000)).isInstanceOf(SocketTimeoutException.class);
    assertThat(reaches("db1", "db3")).isFalse();
    assertThat(reaches("db3", "db1")).isFalse();
    lab.heal("db3");
    assertThat(listens("db3", 22)).isTrue();
    assertThat(reaches("db1", "db3")).isTrue();
  }

  /** UDP needs no way back. */
  @Test
  void a_one_way_cut_loses_what_goes_one_way_only() {
    lab.cutOneWay("db3", "net1");
    assertThat(udp("net1", "db3")).isEqualTo("heard");
    assertThat(udp("db3", "net1")).isEmpty();
    assertThat(reaches("db1", "net1")).isTrue();
    lab.mend("db3", "net1");
    assertThat(udp("db3", "net1")).isEqualTo("heard");
  }

  @Test
  void a_frozen_host_takes_connections_and_answers_none_until_it_thaws() {
    lab.freeze("db3");
    assertThat(listens("db3", 22)).isTrue();
    assertThat(sshCommand("postgres", "db3", Duration.ofSeconds(2), "true").exitCode()).isNotZero();
    lab.thaw("db3");
    assertThat(ssh("postgres", "db3", "hostname")).isEqualTo("db3");
  }

  @Test
  void a_killed_host_falls_silent_and_comes_back_with_its_data() throws Exception {
    LabHerd killed = lab.herd("killed", "db3");
    lab.sql("db3", killed, "create table kept as select 42 as n");
    lab.kill("db3");
    assertThatThrownBy(() -> connect("db3", 22, 4000)).isInstanceOf(SocketTimeoutException.class);
    lab.start("db3");
    await()
        .atMost(30, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> lab.sql("db3", killed, "select n from kept").equals("42"));
  }

  @Test
  void several_poolers_share_a_port_and_each_is_reached_by_its_own_socket() {
    LabService pooler = lab.pgbouncer("net1", orders, 2);
    String url =
        "postgresql://app:%s@%s:%d/app"
            .formatted(orders.passwords().get("app"), address("net1"), pooler.port());
    assertThat(ssh("postgres", "db2", "psql -XAt '" + url + "' -c 'select inet_server_addr()'"))
        .isEqualTo(address("db1"));
    assertThat(pooler.facts().get("socketDirectories").valueStream())
        .hasSize(2)
        .allSatisfy(
            socket ->
                assertThat(
                        ssh(
                            "postgres",
                            "net1",
                            "psql -XAt -h %s -p %d -U pgbouncer pgbouncer -c 'show databases'"
                                .formatted(socket.asString(), pooler.port())))
                    .contains("app|" + address("db1")));
  }

  @Test
  void an_update_of_a_name_with_the_key_reaches_the_secondary_and_one_without_is_refused() {
    LabService primary = lab.bind("net1", "net2");
    String key =
        "%s:%s:%s"
            .formatted(primary.fact("algorithm"), primary.fact("keyName"), primary.fact("secret"));
    String update =
        "server %s\nzone %s\nupdate add orders.%2$s 5 A %s\nsend\n"
            .formatted(address("net1"), primary.fact("zone"), address("db1"));
    assertThat(run("db2", update, "nsupdate").exitCode()).isNotZero();
    assertThat(run("db2", update, "nsupdate", "-y", key).exitCode()).isZero();
    String name = "orders." + primary.fact("zone");
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                lab.exec("db2", "dig", "+short", "@" + address("net2"), name)
                    .output()
                    .strip()
                    .equals(address("db1")));
  }

  @Test
  void people_sign_in_to_the_directory_over_tls() {
    LabService ldap = lab.ldap("net2");
    String person = "uid=dba,ou=people," + ldap.fact("base");
    LabResult result =
        lab.exec(
            "db2",
            "env",
            "LDAPTLS_REQCERT=allow",
            "ldapwhoami",
            "-x",
            "-H",
            "ldaps://net2",
            "-D",
            person,
            "-w",
            ldap.facts().get("people").get("dba").asString());
    assertThat(result.output().strip()).as(result.errors()).isEqualTo("dn:" + person);
  }

  @Test
  void the_stores_answer() {
    assertThat(lab.etcd("net1", "net2")).hasSize(2);
    LabResult put =
        lab.exec("net1", "env", "ETCDCTL_API=3", "etcdctl", "put", "primary/orders", "db1");
    assertThat(put.exitCode()).as(put.errors()).isZero();
    assertThat(
            lab.exec("net2", "env", "ETCDCTL_API=3", "etcdctl", "get", "primary/orders").output())
        .contains("db1");
    LabService zookeeper = lab.zookeeper("net2");
    String ask = "exec 3<>/dev/tcp/net2/%d; printf ruok >&3; cat <&3";
    assertThat(lab.exec("db1", "bash", "-c", ask.formatted(zookeeper.port())).output())
        .isEqualTo("imok");
  }

  @Test
  void a_skewed_host_lives_in_another_hour_and_its_neighbours_do_not() {
    lab.skew("net2", Duration.ofHours(-5));
    String now = "date +%s";
    long there = Long.parseLong(ssh("postgres", "net2", now));
    long here = Long.parseLong(ssh("postgres", "net1", now));
    assertThat(here - there).isBetween(5 * 3600L - 30, 5 * 3600L + 30);
    lab.skew("net2", Duration.ZERO);
    assertThat(Long.parseLong(ssh("postgres", "net2", now))).isGreaterThanOrEqualTo(here);
  }

  @Test
  void where_no_lab_can_run_it_says_so_and_exits_with_a_code_of_its_own(@TempDir Path copy)
      throws Exception {
    FileSystemUtils.copyRecursively(Path.of("src/lab"), copy);
    LabResult result =
        LabCommand.run(
            Duration.ofSeconds(20),
            "",
            List.of(
                "unshare",
                "--user",
                "bash",
                copy.resolve("lab").toString(),
                "--dir",
                copy.resolve("none").toString(),
                "check"));
    assertThat(result.exitCode()).isEqualTo(77);
    assertThat(result.errors()).contains("no lab can run here: it needs root");
  }

  @Test
  void a_lab_that_is_down_leaves_nothing_also_if_up_was_killed_halfway() throws Exception {
    Path directory = lab.directory().resolveSibling("killed-" + ProcessHandle.current().pid());
    Process process =
        new ProcessBuilder("src/lab/lab", "--dir", directory.toString(), "up", "4")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await()
        .atMost(30, TimeUnit.SECONDS)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> Files.exists(directory.resolve("hosts/db2/init")));
    process.destroyForcibly().waitFor();
    assertThat(traces(directory)).isNotEmpty();
    LabResult down =
        LabCommand.run(
            Duration.ofMinutes(1),
            "",
            List.of("src/lab/lab", "--dir", directory.toString(), "down"));
    assertThat(down.exitCode()).as(down.errors()).isZero();
    assertThat(directory).doesNotExist();
    await().atMost(5, TimeUnit.SECONDS).until(() -> traces(directory).isEmpty());
  }

  /** Processes, mounts, network namespaces and interfaces that belong to a lab. */
  private static List<String> traces(Path directory) {
    return LabCommand.run(
            Duration.ofSeconds(30),
            "",
            List.of(
                "bash",
                "-c",
                """
                prefix=ml$(printf %s "$1" | sha256sum | cut -c1-6)
                grep -lsF -- "$1/" /proc/[0-9]*/mountinfo
                grep -F "$prefix" /proc/self/mounts
                ls /run/netns | grep "^$prefix"
                ip -br link | grep "^$prefix"
                """,
                "traces",
                directory.toString()))
        .output()
        .lines()
        .toList();
  }

  private static String udp(String from, String to) {
    CompletableFuture<LabResult> listener =
        CompletableFuture.supplyAsync(
            () ->
                lab.exec(
                    to,
                    "perl",
                    "-MIO::Socket::INET",
                    "-e",
                    """
                    my $s = IO::Socket::INET->new(LocalPort => 9999, Proto => "udp") or die $!;
                    alarm 3; $s->recv(my $data, 100); print $data;
                    """));
    while (!listener.isDone()) {
      lab.exec(from, "bash", "-c", "printf heard >/dev/udp/" + to + "/9999");
    }
    return listener.join().output();
  }

  private static boolean reaches(String from, String to) {
    return lab.exec(from, "timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/" + to + "/22").exitCode()
        == 0;
  }

  private static LabResult run(String host, String input, String... command) {
    return lab.execAs("root", host, Duration.ofSeconds(20), input, command);
  }

  private static boolean listens(String host, int port) {
    try {
      connect(host, port, 4000);
      return true;
    } catch (IOException failure) {
      return false;
    }
  }

  private static void connect(String host, int port, int limitMillis) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address(host), port), limitMillis);
    }
  }

  private static String address(String host) {
    return lab.host(host).address();
  }

  private static String ssh(String user, String host, String command) {
    LabResult result = sshCommand(user, host, Duration.ofSeconds(30), command);
    assertThat(result.exitCode()).as(result.errors()).isZero();
    return result.output().strip();
  }

  private static LabResult sshCommand(String user, String host, Duration limit, String command) {
    return LabCommand.run(
        limit,
        "",
        List.of(
            "ssh",
            "-oBatchMode=yes",
            "-oUserKnownHostsFile=" + lab.knownHosts(),
            "-oStrictHostKeyChecking=yes",
            "-i",
            lab.sshKey().toString(),
            user + "@" + address(host),
            command));
  }
}
