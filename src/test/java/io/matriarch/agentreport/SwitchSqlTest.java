package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.HbaFile;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SQL of a switch on the versions that differ in it. */
class SwitchSqlTest {

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18})
  void a_primary_of_every_major_is_shut_off_with_all_its_wal_on_disk(int major) {
    try (Machine machine = new Machine()) {
      Cluster primary = Cluster.create(machine, major, "primary", "wal_writer_delay = 10s").start();

      String shut = primary.sql(HbaFile.endSessions(10, Duration.ofMillis(100)));

      assertThat(shut.lines())
          .as("what is no session must be known by its kind")
          .noneMatch(line -> line.startsWith("left"))
          .last()
          .satisfies(line -> assertThat(line).startsWith("still|true|").endsWith("|00000001|t"));
      assertThat(primary.sql(HbaFile.WHERE)).endsWith("pg_hba.conf");
      assertThat(primary.sql(HbaFile.FAULTS)).isEmpty();
      assertThat(primary.sql(ReplicationSql.proveWritable(5)).lines().toList().getLast())
          .startsWith("writable|00000001|");
      assertThat(primary.sql(ReplicationSql.FAILOVER_SLOTS)).isEmpty();
      primary.sql(ReplicationSql.dropOwnFailoverSlots(List.of("feed")));
    }
  }

  @Test
  void failover_slots_of_a_former_primary_give_way_to_those_that_are_synchronised() {
    try (Machine machine = new Machine()) {
      Cluster primary =
          Cluster.create(
                  machine,
                  17,
                  "primary",
                  "wal_level = logical",
                  "hot_standby_feedback = on",
                  "sync_replication_slots = on")
              .start();
      primary.sql("select pg_create_physical_replication_slot('db2', true)");
      primary.sql(
          "select pg_create_logical_replication_slot('feed', 'pgoutput', false, false, true)");
      primary.sql("select pg_create_logical_replication_slot('other', 'pgoutput')");
      primary.stop();
      // A copy has the slots as its own, as a former primary has.
      Cluster former =
          primary.standby(
              "former",
              "host=%s port=%d user=postgres dbname=postgres"
                  .formatted(machine.sockets(), primary.port()),
              "db2");
      primary.start();
      former.start();

      assertThat(primary.sql(ReplicationSql.FAILOVER_SLOTS)).isEqualTo("failover|feed");
      primary.sql(ReplicationSql.dropOwnFailoverSlots(List.of("feed")));
      assertThat(primary.sql(ReplicationSql.FAILOVER_SLOTS))
          .as("never on a primary")
          .isEqualTo("failover|feed");
      former.sql(ReplicationSql.dropOwnFailoverSlots(List.of("feed")));

      Machine.waitUntil(
          "the slot is synchronised",
          () ->
              former
                  .sql("select synced from pg_replication_slots where slot_name = 'feed'")
                  .equals("t"));
      former.sql(ReplicationSql.dropOwnFailoverSlots(List.of("feed")));
      assertThat(former.sql("select slot_name from pg_replication_slots order by 1"))
          .isEqualTo("db2\nfeed\nother");
    }
  }
}
