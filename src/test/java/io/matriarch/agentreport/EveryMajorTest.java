package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EveryMajorTest {

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 12, 13, 14, 15, 16, 17, 18})
  void primary_and_standby_are_told_apart_running_and_stopped(int major) {
    try (Machine machine = new Machine()) {
      Cluster primary =
          Cluster.create(machine, major, "primary", "cluster_name = 'orders'").start();
      primary.sql("select pg_create_physical_replication_slot('db2')");
      primary.stop();
      Cluster standby =
          primary.standby(
              "standby",
              "host=%s port=%d user=postgres password='s3cr3t\\'pw' application_name=db2"
                  .formatted(machine.sockets(), primary.port()),
              "db2");
      primary.start();
      standby.start();
      Machine.waitUntil(
          "the standby streams",
          () -> primary.sql("select state from pg_stat_replication").equals("streaming"));

      JsonNode report = Agent.on(machine).report("discover=proc");
      runningPrimary(Agent.instance(report, primary), primary, major);
      runningStandby(Agent.instance(report, standby), primary, standby);
      assertThat(report.toString()).doesNotContain("s3cr3t");

      String identifier = Agent.instance(report, primary).get("systemIdentifier").asString();
      standby.stop();
      primary.stop();
      JsonNode later =
          Agent.on(machine).report("discover=paths", "paths=" + machine.path() + "/*/data");
      atRest(Agent.instance(later, primary), major, identifier);
      atRest(Agent.instance(later, standby), major, identifier);
      JsonNode upstream = Agent.instance(later, standby).get("upstream");
      assertThat(upstream.get("host").asString()).isEqualTo(machine.sockets().toString());
      assertThat(upstream.get("slot").asString()).isEqualTo("db2");
      assertThat(later.toString()).doesNotContain("s3cr3t");
    }
  }

  private static void runningPrimary(JsonNode instance, Cluster primary, int major) {
    assertThat(instance.get("online").asBoolean()).isTrue();
    assertThat(instance.get("state").asString()).isEqualTo("running");
    assertThat(instance.get("inRecovery").asBoolean()).isFalse();
    assertThat(instance.get("versionNum").asInt() / 10000).isEqualTo(major);
    assertThat(instance.get("version").asString()).isEqualTo(primary.sql("show server_version"));
    assertThat(instance.get("timeline").asInt()).isEqualTo(1);
    assertThat(instance.get("systemIdentifier").asString())
        .isEqualTo(primary.sql("select system_identifier from pg_control_system()"));
    assertThat(instance.get("clusterName").asString()).isEqualTo("orders");
    assertThat(instance.get("writeLsn").isString()).isTrue();
    assertThat(instance.get("replayLsn").isNull()).isTrue();
    assertThat(instance.get("upstream").isNull()).isTrue();
    assertThat(instance.get("owner").asString()).isEqualTo(primary.machine().owner());
    assertThat(instance.get("binDirectory").asString()).isEqualTo(primary.bin().toString());
    assertThat(instance.get("sizeBytes").asLong()).isGreaterThan(1_000_000);
    assertThat(instance.get("maxConnections").asInt()).isEqualTo(100);
    assertThat(instance.get("settings").get("wal_level").asString()).isEqualTo("replica");
    assertThat(instance.get("archiver").get("mode").asString()).isEqualTo("off");
    assertThat(instance.get("dataVolume").get("freeBytes").asLong()).isPositive();
    JsonNode standby = instance.get("standbys").get(0);
    assertThat(standby.get("applicationName").asString()).isEqualTo("db2");
    assertThat(standby.get("state").asString()).isEqualTo("streaming");
    JsonNode slot = instance.get("slots").get(0);
    assertThat(slot.get("name").asString()).isEqualTo("db2");
    assertThat(slot.get("active").asBoolean()).isTrue();
    assertThat(slot.get("retainedBytes").asLong()).isGreaterThanOrEqualTo(0);
    assertThat(slot.get("walStatus").isNull()).isEqualTo(major < 13);
  }

  private static void runningStandby(JsonNode instance, Cluster primary, Cluster standby) {
    assertThat(instance.get("online").asBoolean()).isTrue();
    assertThat(instance.get("inRecovery").asBoolean()).isTrue();
    assertThat(instance.get("standbySignal").asBoolean()).isTrue();
    assertThat(instance.get("timeline").asInt()).isEqualTo(1);
    assertThat(instance.get("systemIdentifier").asString())
        .isEqualTo(standby.sql("select system_identifier from pg_control_system()"));
    assertThat(instance.get("writeLsn").isNull()).isTrue();
    assertThat(instance.get("receiveLsn").isString()).isTrue();
    assertThat(instance.get("replayLsn").isString()).isTrue();
    JsonNode upstream = instance.get("upstream");
    assertThat(upstream.get("host").asString()).isEqualTo(primary.machine().sockets().toString());
    assertThat(upstream.get("port").asInt()).isEqualTo(primary.port());
    assertThat(upstream.get("slot").asString()).isEqualTo("db2");
    assertThat(upstream.get("applicationName").asString()).isEqualTo("db2");
    assertThat(upstream.get("status").asString()).isEqualTo("streaming");
    assertThat(instance.get("settings").get("primary_conninfo").asString())
        .startsWith("host=")
        .contains("application_name=db2");
  }

  /** What pg_controldata tells is known only where there is one of the same major. */
  private static void atRest(JsonNode instance, int major, String identifier) {
    assertThat(instance.get("online").asBoolean(true)).isFalse();
    assertThat(instance.get("state").asString()).isEqualTo("stopped");
    assertThat(instance.get("inRecovery").isNull()).isTrue();
    assertThat(instance.get("writeLsn").isNull()).isTrue();
    if (Files.exists(Path.of("/usr/lib/postgresql/" + major + "/bin/pg_controldata"))) {
      assertThat(instance.get("systemIdentifier").asString()).isEqualTo(identifier);
      assertThat(instance.get("controlState").asString()).startsWith("shut down");
      assertThat(instance.get("timeline").asInt()).isEqualTo(1);
    } else {
      assertThat(instance.get("systemIdentifier").isNull()).isTrue();
      assertThat(instance.get("controlState").isNull()).isTrue();
      assertThat(instance.get("timeline").isNull()).isTrue();
    }
  }
}
