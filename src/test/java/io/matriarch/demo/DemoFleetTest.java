package io.matriarch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.demo.DemoFleet.Cluster;
import io.matriarch.demo.DemoFleet.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A fleet below a directory that only its owner may enter, with real servers. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoFleetTest {

  private static Path home;
  private static DemoFleet fleet;

  @BeforeAll
  static void bring_it_up(@TempDir Path parent) throws Exception {
    home =
        Files.createDirectory(
            parent.resolve("demo"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    fleet = DemoFleet.in(home);
    fleet.up();
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home.resolve("key").toString());
    fleet.authorize(Files.readString(home.resolve("key.pub")).strip());
  }

  @AfterAll
  static void remove_it() throws Exception {
    fleet.reset();
  }

  @Test
  @Order(1)
  void it_has_seven_clusters_on_six_servers_at_two_sites() throws Exception {
    assertThat(fleet.members()).hasSize(6);
    assertThat(fleet.members()).extracting(Member::site).containsOnly("ams", "fra");
    assertThat(fleet.members()).extracting(Member::environment).containsOnly("prod", "stage");
    assertThat(fleet.clusters())
        .extracting(Cluster::name)
        .containsExactlyInAnyOrder(
            "orders", "orders", "orders", "billing", "billing", "search", "reports");
  }

  @Test
  @Order(2)
  void each_server_is_entered_with_the_key_and_shows_its_own_clusters_alone() throws Exception {
    for (Member member : fleet.members()) {
      List<String> expected =
          fleet.clusters().stream()
              .filter(cluster -> cluster.server().equals(member.name()))
              .map(Cluster::dataDirectory)
              .toList();
      assertThat(on(member, "pg_lsclusters -h").lines().map(line -> line.split("\\s+")[5]))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  @Order(3)
  void a_key_that_was_not_authorized_is_refused() throws Exception {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home.resolve("other").toString());
    assertThat(exitOf(ssh(fleet.members().getFirst(), "other", "true"))).isEqualTo(255);
  }

  @Test
  @Order(4)
  void standbys_stream_through_their_slots_and_the_stopped_one_stays_stopped() throws Exception {
    eventually(() -> query("ams-db1", "orders", STREAMING).equals("ams-db2,fra-db1"));
    eventually(() -> query("fra-db2", "billing", STREAMING).equals("ams-db2"));
    assertThat(on(member("fra-stg1"), "pg_lsclusters -h")).contains(" down ");
  }

  @Test
  @Order(5)
  void the_load_moves_the_position_of_orders() throws Exception {
    String before = query("ams-db1", "orders", "select pg_current_wal_lsn()");
    eventually(
        () ->
            query("ams-db1", "orders", "select pg_current_wal_lsn() > '" + before + "'")
                .equals("t"));
  }

  @Test
  @Order(6)
  void it_comes_back_after_everything_was_killed() throws Exception {
    processes().forEach(ProcessHandle::destroyForcibly);
    eventually(() -> processes().isEmpty());
    fleet.up();
    eventually(() -> query("ams-db1", "orders", STREAMING).equals("ams-db2,fra-db1"));
  }

  @Test
  @Order(7)
  void a_stopped_server_is_silent_until_it_is_started_again() throws Exception {
    fleet.run("server-stop", "fra-db2");
    assertThat(exitOf(ssh(member("fra-db2"), "key", "true"))).isEqualTo(255);
    fleet.run("server-start", "fra-db2");
    eventually(() -> query("fra-db2", "billing", STREAMING).equals("ams-db2"));
  }

  @Test
  @Order(8)
  void down_leaves_no_process_even_with_people_signed_in() throws Exception {
    Process session =
        new ProcessBuilder(ssh(member("ams-db1"), "key", "sleep 1000"))
            .redirectErrorStream(true)
            .start();
    eventually(() -> on(member("ams-db1"), "pgrep -f '^sleep 1000' || true").lines().count() > 0);
    fleet.down();
    assertThat(processes()).isEmpty();
    assertThat(session.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static final String STREAMING =
      "select string_agg(application_name, ',' order by application_name)"
          + " from pg_stat_replication join pg_replication_slots on active_pid = pid";

  /** Every process that names the fleet's files in its command line. */
  private static List<ProcessHandle> processes() throws IOException {
    String root = fleet.root() + "/";
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(process -> commandLine(process).contains(root)).toList();
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  private static Member member(String name) throws IOException {
    return fleet.members().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  private static String query(String server, String cluster, String sql) throws Exception {
    int port =
        fleet.clusters().stream()
            .filter(each -> each.server().equals(server) && each.name().equals(cluster))
            .findAny()
            .orElseThrow()
            .port();
    return on(
        member(server),
        "psql -XqAt -h %s/run/%s -p %d -d postgres -c \"%s\""
            .formatted(fleet.root(), server, port, sql));
  }

  private static String on(Member member, String shellText) throws Exception {
    return run(ssh(member, "key", shellText).toArray(String[]::new));
  }

  private static List<String> ssh(Member member, String key, String shellText) throws IOException {
    Path hosts = home.resolve("known_hosts." + member.name());
    Files.writeString(
        hosts, "[%s]:%d %s\n".formatted(member.address(), member.sshPort(), member.hostKey()));
    List<String> command =
        new ArrayList<>(List.of("ssh", "-n", "-i", home.resolve(key).toString()));
    for (String option :
        List.of(
            "UserKnownHostsFile=" + hosts,
            "GlobalKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=yes",
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR")) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(
        List.of(
            "-p",
            Integer.toString(member.sshPort()),
            fleet.owner() + "@" + member.address(),
            shellText));
    return command;
  }

  private static int exitOf(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
    return said.strip();
  }

  private static void eventually(Callable<Boolean> condition) {
    await().atMost(60, TimeUnit.SECONDS).until(condition);
  }
}
