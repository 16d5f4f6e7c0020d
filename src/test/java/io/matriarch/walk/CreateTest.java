package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** New standbys of a real primary, on a host that had none. */
class CreateTest {

  private static final String ACTION = "herd.create-standby";

  private static Lab lab;
  private static LabConsole console;
  private static ConsoleProcess engine;
  private static LabHerd orders;
  private static Members members;
  private static long herd;
  private static long server;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3");
    orders = lab.herd("orders", "db1", "db2");
    console = LabConsole.withoutEngine(lab);
    herd = console.discover(orders);
    console.report("db3");
    members = new Members(lab, console, orders);
    server =
        console
            .jdbc
            .sql("select server_id from server where name = 'db3'")
            .query(Long.class)
            .single();
    lab.sql("db1", orders, "alter system set max_connections = 120");
    members.ctl("db2", "stop");
    lab.sql(
        "db1",
        orders,
        "create table noise as select md5(n::text) from generate_series(1, 400000) n");
    members.ctl("db1", "restart");
    members.ctl("db2", "start");
    members.awaitStreaming(1);
    console.discover(orders);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                console
                    .jdbc
                    .sql(
                        "select exists (select from server_report where os_family = 'debian' and server_id = :id)")
                    .param("id", server)
                    .query(Boolean.class)
                    .single());
    // As the package leaves it.
    lab.exec("db3", "chown", "postgres:postgres", "/etc/postgresql");
    engine = console.another();
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {engine, console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @Test
  void a_standby_is_created_that_debian_and_the_inventory_know_and_not_a_second_time()
      throws Exception {
    members.script("db3", "rm -f ~/.pgpass");
    RunRow failed = run(Map.of());
    assertThat(failed.state()).as(members.story(failed)).isEqualTo(RunState.FAILED);
    assertThat(failed.message()).contains("no password supplied", "create it again");
    assertThat(members.ask("db1", "select count(*) from pg_replication_slots where not active"))
        .as("no slot keeps WAL for nobody")
        .isEqualTo("0");
    assertThat(failed.message()).doesNotContain("Rebuild goes on");
    password();

    RunRow run = run(Map.of());

    String story = members.story(run);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    members.proveFollows("db3", "db1", story);
    assertThat(lab.exec("db3", "pg_lsclusters", "-h").output())
        .contains("orders", "online,recovery", orders.dataDirectory());
    assertThat(members.ask("db3", "show max_connections")).isEqualTo("120");
    assertThat(members.ask("db3", "show wal_log_hints")).isEqualTo("on");
    long id = awaitMember(orders.dataDirectory());
    assertThat(
            members.ask(
                "db1",
                "select string_agg(slot_name, ' ') from pg_replication_slots where active and slot_name like 'matriarch%'"))
        .contains("matriarch_" + id);
    console.report("db3");
    assertThat(console.jdbc.sql("select count(*) from herd").query(Long.class).single())
        .as("no herd of its own was formed")
        .isEqualTo(1);
    String began = members.ask("db3", "select pg_postmaster_start_time()");

    RunRow again = run(Map.of());

    assertThat(again.state()).as(members.story(again)).isEqualTo(RunState.REFUSED);
    assertThat(again.message()).contains("is a member of the herd");
    assertThat(members.ask("db3", "select pg_postmaster_start_time()")).isEqualTo(began);
  }

  @Test
  void a_console_that_dies_in_the_middle_finds_what_it_has_begun() throws Exception {
    password();
    Map<String, String> options = Map.of("cluster", "second", "port", "5777", "maxRate", "1");
    long job = submit(options);
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(members.ask("db1", "select count(*) from pg_stat_progress_basebackup"))
                    .as(console.log(job))
                    .isEqualTo("1"));
    engine.kill();
    engine.restart();
    RunRow run = console.awaitEnd(job);

    String story = members.story(run);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story).contains("attempt 2 takes the run up");
    assertThat(story.split("matriarch-rebuild prepare", -1)).as(story).hasSize(2);
    awaitMember("/var/lib/postgresql/%s/second".formatted(orders.version()));
  }

  @Test
  void nothing_is_made_where_something_lies_or_listens_or_its_version_is_missing()
      throws Exception {
    String foreign = "/var/lib/postgresql/%s/foreign".formatted(orders.version());
    members.script("db3", "mkdir -p %1$s; echo mine >%1$s/letter".formatted(foreign));
    refused(Map.of("cluster", "foreign", "port", "5801"), foreign + " is not empty");
    assertThat(members.script("db3", "cat %s/letter".formatted(foreign))).isEqualTo("mine");

    members.script(
        "db3",
        "mkdir -p /etc/postgresql/%s/known; echo >/etc/postgresql/%1$s/known/start.conf"
            .formatted(orders.version()));
    refused(Map.of("cluster", "known", "port", "5802"), "known to the host");

    members.script(
        "db3",
        "mkdir -p /etc/postgresql/%1$s/other; echo 'port = 5804' >/etc/postgresql/%1$s/other/postgresql.conf"
            .formatted(orders.version()));
    refused(Map.of("cluster", "fresh", "port", "5804"), "belongs to the cluster of");

    refused(
        Map.of("cluster", "fresh", "port", "5805", "directory", "/opt/nowhere/fresh"),
        "postgres may not write to /opt");

    String program = "/usr/lib/postgresql/%s/bin/pg_basebackup".formatted(orders.version());
    lab.exec("db3", "mount", "--bind", "/dev/null", program);
    try {
      refused(Map.of("cluster", "fresh", "port", "5803"), "is not installed");
    } finally {
      lab.exec("db3", "umount", program);
    }
    String lies =
        members.script(
            "db3",
            "rm -r %1$s /etc/postgresql/%2$s/known /etc/postgresql/%2$s/other; ls /etc/postgresql/%2$s /var/lib/postgresql/%2$s"
                .formatted(foreign, orders.version()));
    assertThat(lies).doesNotContain("fresh", "foreign");
  }

  /** As configuration management would give it to a host that is to have a standby. */
  private static void password() {
    members.script(
        "db3",
        "umask 077; echo '*:*:*:replicator:%s' >~/.pgpass"
            .formatted(orders.passwords().get("replicator")));
  }

  private static void refused(Map<String, String> options, String why) {
    RunRow run = run(options);
    assertThat(run.state()).as(members.story(run)).isEqualTo(RunState.FAILED);
    assertThat(run.message()).contains(why, "Nothing was changed there");
    assertThat(
            console
                .jdbc
                .sql("select count(*) from instance where data_directory like '%/' || :name")
                .param("name", options.get("cluster"))
                .query(Long.class)
                .single())
        .as("what was not made is not expected")
        .isZero();
  }

  private static long awaitMember(String directory) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                console
                    .jdbc
                    .sql(
                        "select instance_id from instance where server_id = :server and herd_id = :herd and data_directory = :data and state = 'standby'")
                    .param("server", server)
                    .param("herd", herd)
                    .param("data", directory)
                    .query(Long.class)
                    .optional(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  private static RunRow run(Map<String, String> options) {
    return console.awaitEnd(submit(options));
  }

  private static long submit(Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("server", Long.toString(server));
    return console.submit(ACTION, Target.herd(herd), all);
  }
}
