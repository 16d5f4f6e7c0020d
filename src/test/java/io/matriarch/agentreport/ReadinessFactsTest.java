package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Slot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessFactsTest {

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18})
  void a_primary_and_its_standby_tell_what_a_switch_needs_to_know(int major) {
    try (Machine machine = new Machine()) {
      Cluster primary =
          Cluster.create(
                  machine,
                  major,
                  "primary",
                  "wal_level = logical",
                  "max_prepared_transactions = 5",
                  "wal_log_hints = on",
                  "synchronous_standby_names = ''")
              .start();
      primary.sql("select pg_create_physical_replication_slot('db2')");
      primary.sql("create database \"a'b = \\c\"");
      primary.sql("create unlogged table quick (n int)");
      primary.stop();
      Cluster standby =
          primary.standby(
              "standby",
              "host=%s port=%d user=postgres application_name=db2"
                  .formatted(machine.sockets(), primary.port()),
              "db2");
      primary.start();
      standby.start();
      primary.sql("select pg_create_logical_replication_slot('feed', 'pgoutput')");
      primary.sql("begin; create table later (n int); prepare transaction 'later'");
      Machine.waitUntil(
          "it streams", () -> Objects.equals(read(standby).receiverStatus(), "streaming"));
      standby.sql("select pg_wal_replay_pause()");

      primary(read(primary), primary, major);
      ReadinessFacts seen = read(standby);
      assertThat(seen.inRecovery()).isTrue();
      assertThat(seen.systemIdentifier()).isEqualTo(read(primary).systemIdentifier());
      assertThat(seen.timeline()).isEqualTo(1);
      assertThat(seen.receiverTimeline()).isEqualTo(1);
      assertThat(seen.received()).isPresent();
      assertThat(seen.replayed()).isPresent();
      assertThat(seen.written()).isEmpty();
      assertThat(seen.replayPaused()).isTrue();
      assertThat(seen.setting("recovery_target_timeline")).isEqualTo("latest");
      assertThat(seen.setting("recovery_min_apply_delay")).isEqualTo("0");
      assertThat(read(primary).standbys())
          .containsExactly(new ReadinessFacts.Standby("db2", "streaming"));
    }
  }

  private static void primary(ReadinessFacts seen, Cluster cluster, int major) {
    assertThat(Objects.requireNonNull(seen.versionNum()) / 10000).isEqualTo(major);
    assertThat(seen.inRecovery()).isFalse();
    assertThat(seen.timeline()).isEqualTo(1);
    assertThat(seen.written()).isPresent();
    assertThat(seen.received()).isEmpty();
    assertThat(seen.replayPaused()).isNull();
    assertThat(seen.archiverFailing()).isFalse();
    assertThat(seen.backups()).isZero();
    assertThat(seen.prepared()).isEqualTo(1);
    assertThat(seen.subscriptions()).isZero();
    assertThat(seen.open()).isEmpty();
    assertThat(seen.pendingRestart()).isEmpty();
    assertThat(seen.hbaErrors()).isEmpty();
    assertThat(seen.sortedBySystem()).isZero();
    assertThat(seen.available()).contains("plpgsql");
    assertThat(seen.setting("wal_log_hints")).isEqualTo("on");
    assertThat(seen.setting("max_prepared_transactions")).isEqualTo("5");
    assertThat(seen.setting("data_checksums")).isEqualTo(cluster.sql("show data_checksums"));
    assertThat(Objects.requireNonNull(seen.clock()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    assertThat(Objects.requireNonNull(seen.slots()))
        .extracting(Slot::name)
        .containsExactly("db2", "feed");
    assertThat(Objects.requireNonNull(seen.slots()))
        .filteredOn(Slot::logical)
        .allSatisfy(slot -> assertThat(slot.failover()).isEqualTo(major < 17 ? null : false))
        .allSatisfy(slot -> assertThat(slot.invalid()).isFalse());
    assertThat(Objects.requireNonNull(seen.volumes()))
        .hasSize(2)
        .allSatisfy(volume -> assertThat(volume.freeBytes()).isPositive())
        .allSatisfy(volume -> assertThat(volume.totalBytes()).isGreaterThan(volume.freeBytes()));
    assertThat(seen.databases()).isEqualTo(2);
    assertThat(Objects.requireNonNull(seen.inside()))
        .extracting(ReadinessFacts.Database::name)
        .containsExactly("postgres", "a'b = \\c");
    assertThat(Objects.requireNonNull(seen.inside()))
        .filteredOn(inside -> inside.name().equals("postgres"))
        .allSatisfy(inside -> assertThat(inside.unlogged()).isEqualTo(1))
        .allSatisfy(inside -> assertThat(inside.extensions()).containsExactly("plpgsql"));
  }

  @ParameterizedTest
  @ValueSource(ints = 15)
  void a_transaction_that_is_open_for_long_and_a_broken_line_of_pg_hba_are_named(int major) {
    try (Machine machine = new Machine()) {
      Cluster cluster = Cluster.create(machine, major, "primary").start();
      cluster.append("pg_hba.conf", "host everything\n");
      machine
          .asOwner(
              "sh",
              "-c",
              "exec setsid \"$0\" -XAtqw -h \"$1\" -p \"$2\" -U postgres -d postgres -c \"select pg_sleep(600), '"
                  + "x".repeat(100)
                  + "'\" >/dev/null 2>&1 &",
              Machine.DEBIAN_BIN.resolve("psql").toString(),
              machine.sockets().toString(),
              "" + cluster.port())
          .ok();
      Machine.waitUntil(
          "it is old enough", () -> !Objects.requireNonNull(read(cluster).open()).isEmpty());

      ReadinessFacts seen = read(cluster);

      assertThat(Objects.requireNonNull(seen.open()))
          .singleElement()
          .satisfies(
              open -> assertThat(open.query()).startsWith("select pg_sleep(600)").hasSize(80))
          .satisfies(open -> assertThat(open.seconds()).isPositive());
      assertThat(Objects.requireNonNull(seen.hbaErrors()))
          .singleElement()
          .asString()
          .contains("line ");
    }
  }

  private static ReadinessFacts read(Cluster cluster) {
    io.matriarch.postgres.Cluster at =
        new io.matriarch.postgres.Cluster(
            cluster.data().toString(),
            "postgres",
            cluster.port(),
            cluster.machine().sockets().toString(),
            null);
    LocalCommand command = ReadinessFacts.command(at, Duration.ofSeconds(1));
    Path script = cluster.machine().write("readiness.sql", command.stdin());
    List<String> all =
        new ArrayList<>(List.of("sh", "-c", "in=$1; shift; exec \"$@\" <\"$in\"", "sh"));
    all.add(script.toString());
    all.addAll(command.arguments());
    Outcome outcome =
        cluster
            .machine()
            .asOwner(
                Map.of("PATH", Machine.DEBIAN_BIN + ":/usr/bin:/bin"), all.toArray(String[]::new));
    LocalCommands.Output output =
        new LocalCommands.Output(outcome.exit(), outcome.text(), outcome.errors());
    assertThat(outcome.exit()).as(outcome.errors()).isZero();
    return ReadinessFacts.read(output)
        .orElseThrow(() -> new AssertionError(outcome.text() + outcome.errors()));
  }
}
