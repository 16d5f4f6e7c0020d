package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.matriarch.check.Check;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Slot;
import io.matriarch.postgres.TryReach;
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
      primary.sql("create role rewinder login");
      primary.sql(
          "grant execute on function pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),"
              + " pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) to rewinder");
      primary.sql("create role half login");
      primary.sql("grant execute on function pg_ls_dir(text, boolean, boolean) to half");
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
      assertThat(seen.redo()).isPresent();
      assertThat(seen.written()).isEmpty();
      assertThat(seen.replayPaused()).isTrue();
      assertThat(seen.setting("recovery_target_timeline")).isEqualTo("latest");
      assertThat(seen.setting("recovery_min_apply_delay")).isEqualTo("0");
      assertThat(seen.conninfo())
          .isEqualTo(
              new ReadinessFacts.Source(
                  true,
                  "configuration file",
                  standby.data().resolve("postgresql.auto.conf").toString(),
                  Objects.requireNonNull(Objects.requireNonNull(seen.conninfo()).line())));
      assertThat(seen.rewinders())
          .isEqualTo(new ReadinessFacts.Rewinders("postgres", true, List.of("rewinder")));
      assertThat(seen.host("bad")).containsExactly("0");
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
    assertThat(seen.waiting()).isEqualTo(new ReadinessFacts.Waiting(0, 0));
    assertThat(Objects.requireNonNull(seen.archive()).set()).isFalse();
    assertThat(seen.sessions()).isEmpty();
    assertThat(seen.alterSystem()).isTrue();
    assertThat(seen.restores()).isFalse();
    assertThat(seen.setting("lc_messages")).isEqualTo("C");
    assertThat(seen.host("log")).containsExactly(cluster.data().resolveSibling("log").toString());
    assertThat(Objects.requireNonNull(seen.host("since")))
        .singleElement()
        .asString()
        .matches("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}");
    assertThat(seen.host("bad")).containsExactly("0");
    assertThat(seen.host("last")).isEmpty();
    assertThat(seen.host("nolog")).isEmpty();
    assertThat(Objects.requireNonNull(seen.host("messages")))
        .singleElement()
        .asString()
        .isNotEmpty();
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

  @ParameterizedTest
  @ValueSource(ints = {13, 18})
  void what_waits_for_the_archive_is_counted_and_no_secret_of_its_command_leaves_the_host(
      int major) {
    try (Machine machine = new Machine()) {
      Cluster cluster =
          Cluster.create(
                  machine,
                  major,
                  "primary",
                  "archive_mode = on",
                  "archive_command = 'KEY=topsecret test -e /nowhere && /bin/cp %p /nowhere/topsecret'")
              .start();
      for (int n = 0; n < 3; n++) {
        cluster.sql("create table t%d (n int)".formatted(n));
        cluster.sql("select pg_switch_wal()");
      }
      Machine.waitUntil("it fails", () -> Boolean.TRUE.equals(read(cluster).archiverFailing()));

      ReadinessFacts seen = read(cluster);

      assertThat(Objects.requireNonNull(seen.waiting()).segments()).isEqualTo(3);
      ReadinessFacts.Archive archive = Objects.requireNonNull(seen.archive());
      assertThat(archive.set()).isTrue();
      assertThat(archive.discards()).isFalse();
      assertThat(archive.library()).isEmpty();
      assertThat(archive.program()).isEqualTo("/bin/cp");
      assertThat(archive.tool()).isEqualTo("cp");
      assertThat(archive.present()).isTrue();
      assertThat(archive.digest()).matches("[0-9a-f]{16}");
      assertThat(seen.document().toString()).doesNotContain("topsecret");

      cluster.configure(
          "archive_command = 'TOKEN=topsecret/x /opt/none/pgbackrest archive-push %p'");
      cluster.sql("select pg_reload_conf()");
      Machine.waitUntil(
          "it is read",
          () -> "pgbackrest".equals(Objects.requireNonNull(read(cluster).archive()).tool()));
      assertThat(Objects.requireNonNull(read(cluster).archive()).present()).isFalse();
      cluster.configure("archive_command = 'TOKEN=/x/topsecret ship %p'");
      cluster.sql("select pg_reload_conf()");
      Machine.waitUntil(
          "it is read", () -> Objects.requireNonNull(read(cluster).archive()).program().isEmpty());
      assertThat(read(cluster).document().toString()).doesNotContain("topsecret");
      cluster.configure("archive_command = '/bin/true'");
      cluster.sql("select pg_reload_conf()");
      Machine.waitUntil(
          "it is read", () -> Objects.requireNonNull(read(cluster).archive()).discards());
      Machine.waitUntil(
          "nothing waits", () -> Objects.requireNonNull(read(cluster).waiting()).segments() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stderr", "csvlog", "collected"})
  void damage_is_found_in_the_log_wherever_it_is_written(String destination) {
    try (Machine machine = new Machine()) {
      Cluster cluster = Cluster.create(machine, 15, "primary");
      if (!destination.equals("stderr")) {
        cluster.configure(
            "logging_collector = on",
            "log_destination = " + destination.replace("collected", "stderr"));
      }
      cluster.start();
      String pretended = "could not fsync file \"base/1\": Input/output error";
      cluster.sql("select '%s'".formatted(pretended));
      assertThat(read(cluster).host("bad")).containsExactly("0");
      cluster.sql("do $$ begin raise warning '%s'; end $$".formatted(pretended));

      Machine.waitUntil("it is found", () -> !Objects.equals(bad(cluster), List.of("0")));
      assertThat(bad(cluster)).containsExactly("1");
      assertThat(Objects.requireNonNull(read(cluster).host("last")))
          .singleElement()
          .asString()
          .matches("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} WARNING.*could not fsync file.*")
          .doesNotContain("raise");
    }
  }

  private static List<String> bad(Cluster cluster) {
    return Objects.requireNonNull(read(cluster).host("bad"));
  }

  @ParameterizedTest
  @ValueSource(ints = 15)
  void a_log_that_goes_elsewhere_is_named(int major) {
    try (Machine machine = new Machine()) {
      Cluster cluster = Cluster.create(machine, major, "primary");
      cluster.startWithoutShell();

      assertThat(read(cluster).host("nolog")).containsExactly("/dev/null");
      assertThat(read(cluster).host("bad")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 15, 18})
  void a_standby_of_an_older_timeline_can_follow_until_it_goes_past_the_fork(int major) {
    try (Machine machine = new Machine()) {
      Cluster old = Cluster.create(machine, major, "old").start();
      old.sql("select pg_create_physical_replication_slot('db2')");
      old.sql("select pg_create_physical_replication_slot('db3')");
      old.stop();
      Cluster promoted = old.standby("promoted", upstream(machine, old), "db2");
      Cluster left = old.standby("left", upstream(machine, old), "db3");
      old.start();
      left.start();
      Machine.waitUntil("it replays", () -> read(left).replayed().isPresent());
      left.stop();
      old.sql("create table later (n int)");
      promoted.start();
      Machine.waitUntil("it has it", () -> replayed(promoted) >= read(old).written().orElseThrow());
      promoted.sql("select pg_promote()");
      promoted.sql("create table new_life (n int)");
      old.stop();
      left.start();

      assertThat(read(promoted).history())
          .singleElement()
          .satisfies(fork -> assertThat(fork.timeline()).isEqualTo(1))
          .satisfies(fork -> assertThat(fork.end()).isGreaterThan(replayed(left)));
      assertThat(read(left).history()).isEmpty();
      Check before = ancestry(promoted, left);
      assertThat(before.hasFailed()).as(before.seen()).isFalse();
      assertThat(before.seen()).contains("db2 is on timeline 1, from which timeline 2 of db1 came");

      old.start();
      old.sql("create table other_life as select n from generate_series(1, 1000) n");
      Machine.waitUntil("it follows", () -> replayed(left) >= read(old).written().orElseThrow());
      Check after = ancestry(promoted, left);
      assertThat(after.hasFailed()).as(after.seen()).isTrue();
      assertThat(after.seen())
          .matches("db2 is on timeline 1 at .* and db1 on timeline 2: they parted at .*");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = 15)
  void a_host_tells_which_servers_take_its_connections_and_why_others_do_not(int major) {
    try (Machine machine = new Machine()) {
      Cluster open = Cluster.create(machine, major, "open").start();
      Cluster shut = Cluster.create(machine, major, "shut");
      Conninfo to = Conninfo.parse(upstream(machine, open));
      LocalCommand command =
          TryReach.command(at(open), List.of(to, to.to(machine.sockets().toString(), shut.port())));

      List<TryReach.Reached> found = TryReach.read(run(open, command));

      assertThat(found)
          .filteredOn(reached -> reached.trouble() == null)
          .extracting(TryReach.Reached::kind, TryReach.Reached::server)
          .containsExactlyInAnyOrder(tuple("replication", 0), tuple("sql", 0));
      assertThat(found)
          .filteredOn(reached -> reached.trouble() != null)
          .hasSize(2)
          .allSatisfy(reached -> assertThat(reached.server()).isEqualTo(1))
          .allSatisfy(reached -> assertThat(reached.trouble()).contains("No such file"));
      List<TryReach.Reached> ports =
          TryReach.read(
              run(
                  open,
                  TryReach.ports(
                      List.of(
                          new TryReach.Door(machine.sockets().toString(), open.port()),
                          new TryReach.Door(machine.sockets().toString(), shut.port())))));
      assertThat(ports).extracting(TryReach.Reached::server).containsExactly(0, 1);
      assertThat(ports.getFirst().trouble()).isNull();
      assertThat(ports.getLast().trouble()).contains("no response");
    }
  }

  private static String upstream(Machine machine, Cluster of) {
    return "host=%s port=%d user=postgres".formatted(machine.sockets(), of.port());
  }

  private static long replayed(Cluster cluster) {
    return read(cluster).replayed().orElse(0);
  }

  private static Check ancestry(Cluster primary, Cluster candidate) {
    ReadinessChecks.Look look =
        new ReadinessChecks.Look(
            new ReadinessChecks.Member("db1", read(primary), "", null, Instant.now()),
            new ReadinessChecks.Member("db2", read(candidate), "", null, Instant.now()),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            Duration.ofSeconds(1));
    return ReadinessChecks.live(look).stream()
        .filter(check -> check.name().equals("timeline ancestry"))
        .findFirst()
        .orElseThrow();
  }

  private static ReadinessFacts read(Cluster cluster) {
    LocalCommands.Output output =
        run(cluster, ReadinessFacts.command(at(cluster), Duration.ofSeconds(1)));
    assertThat(output.exit()).as(output.stderr()).isZero();
    return ReadinessFacts.read(output)
        .orElseThrow(() -> new AssertionError(output.stdout() + output.stderr()));
  }

  private static io.matriarch.postgres.Cluster at(Cluster cluster) {
    return new io.matriarch.postgres.Cluster(
        cluster.data().toString(),
        "postgres",
        cluster.port(),
        cluster.machine().sockets().toString(),
        null);
  }

  private static LocalCommands.Output run(Cluster cluster, LocalCommand command) {
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
    return new LocalCommands.Output(outcome.exit(), outcome.text(), outcome.errors());
  }
}
