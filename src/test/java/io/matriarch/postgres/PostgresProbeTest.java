package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.postgres.ObservedInstance.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class PostgresProbeTest {

  private static TestCluster primary;
  private static TestCluster standby;

  @BeforeAll
  static void start() throws Exception {
    primary = TestCluster.primary();
    standby = primary.standby();
  }

  @AfterAll
  static void remove() throws Exception {
    standby.close();
    primary.close();
  }

  @AfterEach
  void both_run_again() throws Exception {
    for (TestCluster cluster : List.of(primary, standby)) {
      ObservedInstance seen = cluster.observe();
      if (seen.state() == State.STOPPED) {
        cluster.start();
      }
      assertThat(cluster.observe().answers()).isTrue();
    }
  }

  @Test
  void a_primary_is_seen_with_its_standby() throws Exception {
    await().atMost(Duration.ofSeconds(20)).until(() -> count(primary.observe().standbys()) == 1);

    ObservedInstance seen = primary.observe();

    assertThat(seen.state()).isEqualTo(State.PRIMARY);
    assertThat(seen.reason()).isNull();
    assertThat(seen.timeline()).isEqualTo(1);
    assertThat(seen.systemIdentifier())
        .isEqualTo(controlData(primary, "Database system identifier"));
    assertThat(seen.writeLsn()).matches("[0-9A-F]+/[0-9A-F]+");
    assertThat(seen.receiveLsn()).isNull();
    assertThat(seen.replayLsn()).isNull();
    assertThat(seen.connections()).isZero();
    assertThat(seen.startedAt()).isBefore(seen.observedAt());
    JsonNode document = seen.document();
    assertThat(document.path("clusterName").stringValue()).isEqualTo("orders \"1\"");
    assertThat(document.path("online").asBoolean()).isTrue();
    assertThat(document.path("inRecovery").asBoolean()).isFalse();
    assertThat(document.path("upstream").isNull()).isTrue();
    assertThat(document.path("slots").path(0).path("name").stringValue()).isEqualTo("s1");
    assertThat(document.path("standbys").path(0).path("applicationName").stringValue())
        .isEqualTo("db2");
    assertThat(document.path("settings").path("wal_level").stringValue()).isEqualTo("replica");
    assertThat(document.path("versionNum").asInt()).isGreaterThan(150000);
  }

  @Test
  void a_standby_is_seen_with_its_upstream_and_without_a_password() throws Exception {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Objects.equals(standby.observe().upstreamStatus(), "streaming"));

    ObservedInstance seen = standby.observe();

    assertThat(seen.state()).isEqualTo(State.STANDBY);
    assertThat(seen.timeline()).isEqualTo(1);
    assertThat(seen.writeLsn()).isNull();
    assertThat(seen.receiveLsn()).matches("[0-9A-F]+/[0-9A-F]+");
    assertThat(seen.replayLsn()).matches("[0-9A-F]+/[0-9A-F]+");
    assertThat(seen.systemIdentifier()).isEqualTo(primary.observe().systemIdentifier());
    JsonNode upstream = seen.document().path("upstream");
    assertThat(upstream.path("host").stringValue()).isEqualTo(primary.home());
    assertThat(upstream.path("port").asInt()).isEqualTo(6543);
    assertThat(upstream.path("applicationName").stringValue()).isEqualTo("db2");
    assertThat(upstream.path("slot").stringValue()).isEqualTo("s1");
    assertThat(seen.document().path("standbySignal").asBoolean()).isTrue();
  }

  @Test
  void a_connection_string_with_quotes_and_a_password_gives_away_the_host_only() throws Exception {
    String before = standby.sql("show primary_conninfo");
    set("password='x host=evil \\' port=1 y' host='/tmp/a b' port = 7777");
    try {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> standby.sql("show primary_conninfo").contains("7777"));

      ObservedInstance seen = standby.observe();

      assertThat(seen.document().path("upstream").path("host").stringValue()).isEqualTo("/tmp/a b");
      assertThat(seen.document().path("upstream").path("port").asInt()).isEqualTo(7777);
      assertThat(seen.document().toString()).doesNotContain("evil");
    } finally {
      set(before);
    }
  }

  @Test
  void a_stopped_one_tells_what_its_control_file_says() throws Exception {
    standby.stop("fast");

    ObservedInstance seen = standby.observe();

    assertThat(seen.state()).isEqualTo(State.STOPPED);
    assertThat(seen.reason()).isNull();
    assertThat(seen.controlState()).isEqualTo("shut down in recovery");
    assertThat(seen.timeline()).isEqualTo(1);
    assertThat(seen.systemIdentifier()).isEqualTo(primary.observe().systemIdentifier());
    assertThat(seen.document().path("online").asBoolean(true)).isFalse();
    assertThat(seen.document().has("settings")).isFalse();
  }

  @Test
  void a_pid_file_of_a_dead_server_is_not_believed() throws Exception {
    long pid = Objects.requireNonNull(standby.observe().pid());
    standby.signal("KILL", pid);

    await().atMost(Duration.ofSeconds(20)).until(() -> standby.observe().state() == State.STOPPED);

    assertThat(standby.observe().controlState()).isEqualTo("in archive recovery");
    awaitBuried(pid);
  }

  @Test
  void a_frozen_server_runs_and_does_not_answer() throws Exception {
    long pid = Objects.requireNonNull(standby.observe().pid());
    standby.signal("STOP", pid);
    try {
      ObservedInstance seen = standby.observe();

      assertThat(seen.state()).isEqualTo(State.NOT_ANSWERING);
      assertThat(seen.reason()).contains("stopped by a signal");
      assertThat(seen.document().path("state").stringValue()).isEqualTo("hung");
      assertThat(seen.pid()).isEqualTo(pid);
    } finally {
      standby.signal("CONT", pid);
    }
  }

  @Test
  void a_backend_that_outlives_its_postmaster_is_not_a_stopped_server() throws Exception {
    String backend = standby.sql("select pid from pg_stat_activity where backend_type = 'startup'");
    long process = Long.parseLong(backend);
    long postmaster = Objects.requireNonNull(standby.observe().pid());
    standby.signal("STOP", process);
    try {
      standby.signal("KILL", postmaster);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> ProcessHandle.of(postmaster).map(p -> !p.isAlive()).orElse(true));

      ObservedInstance seen = standby.observe();

      assertThat(seen.state()).isEqualTo(State.NOT_ANSWERING);
      assertThat(seen.reason()).contains("its postmaster is gone");
    } finally {
      standby.signal("KILL", process);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> standby.observe().state() == State.STOPPED);
    awaitBuried(postmaster);
  }

  @Test
  void one_that_refuses_connections_is_not_stopped() throws Exception {
    Cluster stranger =
        new Cluster(primary.data(), "nobody_here", 6543, primary.home(), TestCluster.BIN);

    ObservedInstance seen = PostgresProbe.observe(stranger, TestCluster::answer);

    assertThat(seen.state()).isEqualTo(State.NOT_ANSWERING);
    assertThat(seen.reason()).contains("nobody_here");
  }

  @Test
  void a_running_server_is_asked_where_it_listens_and_for_its_programs() throws Exception {
    Cluster vague = new Cluster(primary.data(), TestCluster.owner(), 1, null, null);

    ObservedInstance seen = PostgresProbe.observe(vague, TestCluster::answer);

    assertThat(seen.state()).isEqualTo(State.PRIMARY);
    assertThat(seen.document().path("port").asInt()).isEqualTo(6543);
  }

  @Test
  void what_cannot_be_looked_at_is_unknown() throws Exception {
    Cluster none = new Cluster("/nonexistent/data", TestCluster.owner(), 5432, null, null);
    LocalCommands.Output broken = new LocalCommands.Output(1, "", "sudo: a password is required\n");

    ObservedInstance absent = PostgresProbe.observe(none, TestCluster::answer);
    ObservedInstance unasked = PostgresProbe.read(none, broken);

    assertThat(absent.state()).isEqualTo(State.UNKNOWN);
    assertThat(absent.reason()).contains("/nonexistent/data");
    assertThat(absent.document().path("online").isNull()).isTrue();
    assertThat(unasked.state()).isEqualTo(State.UNKNOWN);
    assertThat(unasked.reason()).contains("a password is required");
    assertThat(unasked.observedAt()).isNull();
  }

  @Test
  void variables_reach_the_sql_as_literals() throws Exception {
    String nasty = "a'b\"c\\d $(id) :x\n;drop";

    LocalCommands.Output output =
        TestCluster.answer(
            Psql.command(primary.at(), "select :'value' || '!'", Map.of("value", nasty)));

    assertThat(output.exit()).isZero();
    assertThat(output.stdout()).isEqualTo(nasty + "!\n");
    assertThat(TestCluster.answer(Psql.command(primary.at(), "select 1/0; select 2")))
        .satisfies(failed -> assertThat(failed.exit()).isEqualTo(3));
  }

  /** While the dead process has not been waited for, pg_ctl takes it for a running server. */
  private static void awaitBuried(long pid) {
    await().atMost(Duration.ofSeconds(60)).until(() -> !Files.exists(Path.of("/proc/" + pid)));
  }

  private static void set(String conninfo) throws Exception {
    standby.sql("alter system set primary_conninfo = '" + conninfo.replace("'", "''") + "'");
    standby.sql("select pg_reload_conf()");
  }

  private static int count(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static String controlData(TestCluster cluster, String name) throws Exception {
    return TestCluster.run(TestCluster.BIN + "/pg_controldata", "-D", cluster.data())
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }
}
