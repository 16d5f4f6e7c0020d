package io.matriarch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.demo.DemoFleet.Cluster;
import io.matriarch.demo.DemoFleet.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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

  private static DemoFleet fleet;
  private static FleetShell shell;

  @BeforeAll
  static void bring_it_up(@TempDir Path parent) throws Exception {
    Path home =
        Files.createDirectory(
            parent.resolve("demo"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    fleet = DemoFleet.in(home);
    fleet.up();
    shell = FleetShell.to(fleet);
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
      assertThat(shell.on(member, "pg_lsclusters -h").lines().map(line -> line.split("\\s+")[5]))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  @Order(3)
  void a_key_that_was_not_authorized_is_refused() throws Exception {
    shell.makeKey("other");
    assertThat(FleetShell.exitOf(shell.ssh(fleet.members().getFirst(), "other", "true")))
        .isEqualTo(255);
  }

  @Test
  @Order(4)
  void standbys_stream_through_their_slots_and_the_stopped_one_stays_stopped() throws Exception {
    eventually(() -> shell.streaming("ams-db1", "orders").equals("ams-db2,fra-db1"));
    eventually(() -> shell.streaming("fra-db2", "billing").equals("ams-db2"));
    assertThat(shell.on(shell.member("fra-stg1"), "pg_lsclusters -h")).contains(" down ");
  }

  @Test
  @Order(5)
  void the_load_moves_the_position_of_orders() throws Exception {
    String before = shell.query("ams-db1", "orders", "select pg_current_wal_lsn()");
    eventually(
        () ->
            shell
                .query("ams-db1", "orders", "select pg_current_wal_lsn() > '" + before + "'")
                .equals("t"));
  }

  @Test
  @Order(6)
  void it_comes_back_after_everything_was_killed_and_clients_go_where_they_were_led_last()
      throws Exception {
    Path databases = Path.of(fleet.description().get("pooler").get("databasesFile").asString());
    String led = Files.readString(databases).replace(".11 ", ".12 ");
    assertThat(led).isNotEqualTo(Files.readString(databases));
    Files.writeString(databases, led);
    shell.processes().forEach(ProcessHandle::destroyForcibly);
    eventually(() -> shell.processes().isEmpty());
    fleet.up();
    eventually(() -> shell.streaming("ams-db1", "orders").equals("ams-db2,fra-db1"));
    assertThat(Files.readString(databases)).isEqualTo(led);
  }

  @Test
  @Order(7)
  void a_stopped_server_is_silent_until_it_is_started_again() throws Exception {
    fleet.run("server-stop", "fra-db2");
    assertThat(FleetShell.exitOf(shell.ssh(shell.member("fra-db2"), "key", "true"))).isEqualTo(255);
    fleet.run("server-start", "fra-db2");
    eventually(() -> shell.streaming("fra-db2", "billing").equals("ams-db2"));
  }

  @Test
  @Order(8)
  void down_leaves_no_process_even_with_people_signed_in() throws Exception {
    Process session =
        new ProcessBuilder(shell.ssh(shell.member("ams-db1"), "key", "sleep 1000"))
            .redirectErrorStream(true)
            .start();
    eventually(
        () ->
            shell.on(shell.member("ams-db1"), "pgrep -f '^sleep 1000' || true").lines().count()
                > 0);
    fleet.down();
    assertThat(shell.processes()).isEmpty();
    assertThat(session.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void eventually(Callable<Boolean> condition) {
    await().atMost(60, TimeUnit.SECONDS).until(condition);
  }
}
