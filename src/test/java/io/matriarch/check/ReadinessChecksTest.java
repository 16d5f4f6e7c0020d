package io.matriarch.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.matriarch.check.Check.Outcome;
import io.matriarch.check.ReadinessChecks.Entry;
import io.matriarch.check.ReadinessChecks.Gate;
import io.matriarch.check.ReadinessChecks.Login;
import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.check.ReadinessChecks.Way;
import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each check passes on a good herd, speaks up on a bad one, and never passes on what is unknown.
 */
class ReadinessChecksTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Consumer<ObjectNode> SAME = facts -> {};

  @Test
  void a_good_herd_passes_every_check() {
    assertThat(ReadinessChecks.of(look(SAME, SAME)))
        .allSatisfy(
            check -> assertThat(check.outcome()).as(check.toString()).isEqualTo(Outcome.PASSED))
        .allSatisfy(check -> assertThat(check.observedAt()).isEqualTo(NOW))
        .extracting(Check::name)
        .doesNotHaveDuplicates();
  }

  static Stream<Arguments> troubles() {
    return Stream.of(
        bad(
            "one writes, the other follows",
            Outcome.FAILED,
            p("inRecovery", "true"),
            SAME,
            "db1 is in recovery"),
        bad(
            "same system identifier",
            Outcome.FAILED,
            SAME,
            c("systemIdentifier", "'8'"),
            "7 and 8"),
        bad(
            "the candidate streams",
            Outcome.FAILED,
            SAME,
            c("receiver", "null"),
            "no WAL receiver runs on db2"),
        bad(
            "the candidate streams",
            Outcome.FAILED,
            SAME,
            c("receiver", "{'status':'waiting','timeline':3}"),
            "waiting"),
        bad(
            "timeline ancestry",
            Outcome.FAILED,
            p("history", "'1\\t0/500000\\twhy\\n2\\t0/800000\\twhy\\n'"),
            c("receiver", "{'status':'streaming','timeline':2}"),
            "db2 is on timeline 2 at 0/1000000 and db1 on timeline 3: they parted at 0/800000"),
        bad(
            "timeline ancestry",
            Outcome.FAILED,
            SAME,
            c("receiver", "{'status':'streaming','timeline':2}"),
            "db1 is on timeline 3, db2 on 2: the history of timeline 3 could not be read"),
        bad(
            "replay lag in bytes",
            Outcome.WARNING,
            p("writeLsn", "'0/3000000'"),
            SAME,
            "32 MB behind"),
        bad("replay lag in bytes", Outcome.FAILED, p("writeLsn", "'1/0'"), SAME, "4.0 GB behind"),
        bad(
            "replay lag in time",
            Outcome.FAILED,
            p("writeLsn", "'0/1200000'"),
            c("replayedAt", "'2026-01-01T11:58:00Z'"),
            "120 s old"),
        bad(
            "replay goes on",
            Outcome.FAILED,
            SAME,
            c("replayPaused", "true"),
            "replay is paused on db2"),
        bad(
            "the candidate is not delayed on purpose",
            Outcome.FAILED,
            SAME,
            setting("recovery_min_apply_delay", "60000"),
            "60000 ms"),
        bad(
            "no transaction is open for long",
            Outcome.FAILED,
            p("open", "[{'pid':77,'seconds':90,'query':'select 1'}]"),
            SAME,
            "on db1: pid 77, 90 s, select 1"),
        bad(
            "no long query on the candidate",
            Outcome.WARNING,
            SAME,
            c("open", "[{'pid':78,'seconds':91,'query':'select 2'}]"),
            "on db2: pid 78"),
        bad("no prepared transactions", Outcome.WARNING, p("prepared", "2"), SAME, "2"),
        bad(
            "the primary archives",
            Outcome.FAILED,
            p("archiver", "{'failing':true,'lastFailedWal':'000000030000000000000001'}"),
            SAME,
            "last on 000000030000000000000001"),
        bad(
            "the candidate would archive too",
            Outcome.WARNING,
            SAME,
            setting("archive_mode", "off"),
            "off on db2"),
        bad("no base backup runs", Outcome.FAILED, p("backups", "1"), SAME, "taken from db1"),
        bad(
            "free space",
            Outcome.WARNING,
            SAME,
            c("volumes", volumes(5_000_000_000L, 100_000_000)),
            "95 MB of 1.9 GB for WAL on db2"),
        bad(
            "free space",
            Outcome.FAILED,
            p("volumes", volumes(5_000_000_000L, 60_000_000)),
            SAME,
            "57 MB of 1.9 GB for WAL on db1"),
        bad(
            "free space",
            Outcome.FAILED,
            SAME,
            c("volumes", volumes(190_000_000, 1_000_000_000)),
            "181 MB of 9.3 GB for data on db2"),
        bad(
            "free space",
            Outcome.FAILED,
            SAME,
            c("volumes", "[{'totalBytes':1000000000,'freeBytes':500000000}]"),
            "not known on db2"),
        bad(
            "the archiver keeps up",
            Outcome.FAILED,
            p("waiting", "{'segments':200,'seconds':30}"),
            SAME,
            "200 segments wait on db1, the oldest for 30 s"),
        bad(
            "the archiver keeps up",
            Outcome.FAILED,
            p("waiting", "{'segments':1,'seconds':900}"),
            SAME,
            "1 segment waits on db1, the oldest for 900 s"),
        bad(
            "the archiver keeps up",
            Outcome.WARNING,
            p("waiting", "{'segments':20,'seconds':30}"),
            SAME,
            "20 segments wait on db1"),
        bad(
            "the candidate archives as the primary does",
            Outcome.FAILED,
            SAME,
            c("archive", archive("'set':false,'program':''")),
            "a command with pgbackrest on db1, neither archive_command nor archive_library on db2"),
        bad(
            "the candidate archives as the primary does",
            Outcome.WARNING,
            SAME,
            c("archive", archive("'set':true,'program':'cp'")),
            "a command with pgbackrest on db1, a command with cp on db2"),
        bad(
            "the candidate archives as the primary does",
            Outcome.WARNING,
            SAME,
            c("archive", archive("'set':true,'discards':true,'program':'/bin/true'")),
            "a command that throws WAL away on db2"),
        bad(
            "the candidate archives as the primary does",
            Outcome.WARNING,
            SAME,
            c("archive", archive("'set':true,'library':'basic_archive','program':''")),
            "library basic_archive on db2"),
        bad(
            "the candidate archives as the primary does",
            Outcome.WARNING,
            SAME,
            c("archive", archive("'set':true,'program':'/usr/bin/pgbackrest','present':false")),
            "/usr/bin/pgbackrest is not found on db2"),
        bad(
            "the logs tell of no damage",
            Outcome.WARNING,
            SAME,
            c(
                "host",
                "{'bad':['2'],'last':['2025-12-31 09:00:00 PANIC:  could not fsync file'],'end':['']}"),
            "2 lines on db2, the last: 2025-12-31 09:00:00 PANIC:  could not fsync file"),
        bad(
            "the logs tell of no damage",
            Outcome.WARNING,
            p("host", "{'bad':['1'],'last':['PANIC:  no date'],'end':['']}"),
            SAME,
            "1 line on db1, the last: PANIC:  no date"),
        bad(
            "the logs tell of no damage",
            Outcome.WARNING,
            p("host", "{'nolog':['socket:[8]'],'end':['']}"),
            SAME,
            "not known of db1, whose messages go to socket:[8]"),
        bad(
            "the logs tell of no damage",
            Outcome.WARNING,
            SAME,
            setting("lc_messages", "de_DE.UTF-8"),
            "not known of db2, whose messages are in de_DE.UTF-8"),
        bad(
            "nothing in sight restarts the old primary by itself",
            Outcome.WARNING,
            p(
                "host",
                "{'bad':['0'],'restarts':['postgresql@17-main.service (Restart=always)','cron by /etc/cron.d/keep'],'end':['']}"),
            SAME,
            "on db1: postgresql@17-main.service (Restart=always); cron by /etc/cron.d/keep"),
        bad(
            "nothing in sight restarts the old primary by itself",
            Outcome.WARNING,
            p("host", "{'bad':['0'],'unseen':['the processes of others'],'end':['']}"),
            SAME,
            "on db1: not known: the processes of others"),
        bad(
            "nothing in sight restarts the old primary by itself",
            Outcome.WARNING,
            p("host", "{'bad':['0'],'starts':['with its host']}"),
            SAME,
            "not known of db1"),
        bad(
            "where standbys are led to stays",
            Outcome.WARNING,
            SAME,
            c(
                "conninfo",
                "{'set':true,'source':'configuration file','file':'/etc/postgresql/17/main/conf.d/standby.conf','line':4}"),
            "primary_conninfo of db2 stands in /etc/postgresql/17/main/conf.d/standby.conf:4"),
        bad(
            "where standbys are led to stays",
            Outcome.FAILED,
            p("conninfo", "{'set':true,'source':'command line','file':null,'line':null}"),
            SAME,
            "primary_conninfo is on the command line of db1"),
        bad(
            "a role may rewind from the candidate",
            Outcome.WARNING,
            SAME,
            c("rewind", "{'role':'replicator','may':false,'others':[]}"),
            "neither replicator nor another role but superusers"),
        bad(
            "WAL is kept for a rewind",
            Outcome.WARNING,
            setting("wal_keep_size", "0"),
            SAME,
            "neither wal_keep_size, nor a slot, nor restore_command on db1"),
        bad(
            "the old primary could be rewound",
            Outcome.WARNING,
            setting("wal_log_hints", "off"),
            SAME,
            "neither wal_log_hints nor data checksums on db1"),
        bad(
            "settings that a standby must not have lower",
            Outcome.FAILED,
            SAME,
            setting("max_connections", "200"),
            "max_connections is 100 on db1 and 200 on db2"),
        bad(
            "the candidate keeps the WAL that the others need",
            Outcome.FAILED,
            SAME,
            c -> c.put("redoLsn", "0/2000000"),
            "db3 is 16 MB behind where db2 keeps WAL from"),
        bad(
            "WAL level",
            Outcome.FAILED,
            setting("wal_level", "logical"),
            SAME,
            "logical on db1, replica on db2"),
        bad(
            "room for WAL senders and slots on the candidate",
            Outcome.FAILED,
            SAME,
            setting("max_replication_slots", "1"),
            "1 slots free, 2 needed"),
        bad(
            "no slot is invalidated",
            Outcome.WARNING,
            SAME,
            c("slots", "[{'name':'s','type':'physical','temporary':false,'invalid':true}]"),
            "s on db2"),
        bad(
            "logical slots go along",
            Outcome.FAILED,
            p(
                "slots",
                "[{'name':'feed','type':'logical','temporary':false,'invalid':false,'failover':false}]"),
            SAME,
            "feed would be lost"),
        bad(
            "synchronous standbys of the candidate",
            Outcome.FAILED,
            SAME,
            setting("synchronous_standby_names", "FIRST 1 (db9)"),
            "commits will block if 1 of db9"),
        bad("same version", Outcome.WARNING, SAME, c("versionNum", "170003"), "17.2"),
        bad("same version", Outcome.FAILED, SAME, c("versionNum", "160003"), "17.2"),
        bad(
            "same collations",
            Outcome.FAILED,
            SAME,
            c("collation", "'2.28'"),
            "2.36 on db1, 2.28 on db2"),
        bad("same collations", Outcome.WARNING, p("collationChanged", "['app']"), SAME, "app"),
        bad(
            "extensions and libraries are on the candidate",
            Outcome.FAILED,
            SAME,
            c("available", "[]"),
            "missing on db2: plpgsql"),
        bad(
            "extensions and libraries are on the candidate",
            Outcome.FAILED,
            setting("shared_preload_libraries", "pg_stat_statements"),
            SAME,
            "pg_stat_statements"),
        bad(
            "no unlogged tables",
            Outcome.WARNING,
            p(
                "inside",
                "[{'name':'app','unlogged':4,'extensions':['plpgsql'],'collationChanged':[]}]"),
            SAME,
            "4 in app"),
        bad("no unlogged tables", Outcome.WARNING, p("databases", "40"), SAME, "1 of 40 databases"),
        bad("no subscriptions", Outcome.WARNING, p("subscriptions", "1"), SAME, "1 enabled"),
        bad(
            "no jobs of pg_cron",
            Outcome.WARNING,
            SAME,
            setting("shared_preload_libraries", "pg_cron"),
            "loaded on db2"),
        bad(
            "new sessions on the candidate may write",
            Outcome.FAILED,
            SAME,
            setting("default_transaction_read_only", "on"),
            "is on"),
        bad(
            "standbys follow the latest timeline",
            Outcome.FAILED,
            SAME,
            setting("recovery_target_timeline", "current"),
            "current on db2"),
        bad(
            "no setting waits for a restart",
            Outcome.WARNING,
            p("pendingRestart", "['shared_buffers']"),
            SAME,
            "shared_buffers on db1"),
        bad(
            "pg_hba.conf can be read",
            Outcome.WARNING,
            SAME,
            c("hbaErrors", "['line 9: invalid']"),
            "db2: line 9: invalid"),
        bad(
            "clocks agree",
            Outcome.WARNING,
            SAME,
            c("clock", "'2026-01-01T12:01:00Z'"),
            "60 s apart"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void a_bad_herd_is_told_in_words(
      String name,
      Outcome outcome,
      Consumer<ObjectNode> primary,
      Consumer<ObjectNode> candidate,
      String words) {
    Check check = named(name, look(primary, candidate));

    assertThat(check.outcome()).as(check.toString()).isEqualTo(outcome);
    assertThat(check.seen()).contains(words);
    assertThat(check.remedy()).isNotBlank();
  }

  @Test
  void what_is_unknown_never_passes() {
    Look unknown = look(ObjectNode::removeAll, ObjectNode::removeAll);

    assertThat(ReadinessChecks.of(unknown))
        .filteredOn(check -> check.outcome() == Outcome.PASSED)
        .extracting(Check::name)
        .containsExactlyInAnyOrder(
            "db1 answers",
            "db2 answers",
            "db3 answers",
            "db1 may stream from db2",
            "db2 may stream from db1",
            "db3 may stream from db2",
            "web on app1: its users may sign in at db2",
            "no other manager in charge",
            "not the herd that holds our own records",
            "no job runs on the herd");
  }

  @Test
  void a_member_that_cannot_be_asked_makes_the_herd_not_ready() {
    Look good = look(SAME, SAME);
    Member lost = new Member("db2", null, "not reached: no route to host", null, NOW);
    Look look =
        new Look(
            good.primary(),
            lost,
            good.others(),
            good.ways(),
            good.gates(),
            "1",
            null,
            good.patience());

    assertThat(named("db2 answers", look).seen()).contains("no route to host");
    assertThat(named("db2 answers", look).hasFailed()).isTrue();
  }

  @Test
  void a_way_that_is_refused_or_was_not_tried_is_told() {
    Look good = look(SAME, SAME);
    Look look =
        new Look(
            good.primary(),
            good.candidate(),
            good.others(),
            List.of(new Way("db1", "db2", "no pg_hba.conf entry for replication connection")),
            List.of(),
            "1",
            null,
            good.patience());

    assertThat(named("db1 may stream from db2", look).seen()).contains("no pg_hba.conf entry");
    assertThat(named("db1 may stream from db2", look).remedy()).contains("on db2");
    assertThat(named("db2 may stream from db1", look).seen()).isEqualTo("not tried");
    assertThat(named("db2 may stream from db1", look).hasFailed()).isTrue();
  }

  @Test
  void our_own_records_another_manager_and_a_running_job_refuse() {
    Look good = look(SAME, SAME);
    Member managed = new Member("db1", good.primary().facts(), "", "patroni", NOW);
    Look look =
        new Look(
            managed,
            good.candidate(),
            List.of(),
            good.ways(),
            List.of(),
            "7",
            "job 5: Restart",
            good.patience());
    Look blind =
        new Look(
            managed,
            good.candidate(),
            List.of(),
            good.ways(),
            List.of(),
            null,
            null,
            good.patience());

    assertThat(named("no other manager in charge", look).seen()).isEqualTo("patroni runs db1");
    assertThat(named("no other manager in charge", look).overruledBy()).isEqualTo("ignoreManager");
    assertThat(named("not the herd that holds our own records", look).hasFailed()).isTrue();
    assertThat(named("not the herd that holds our own records", look).overruledBy()).isNull();
    assertThat(named("not the herd that holds our own records", blind).hasFailed()).isTrue();
    assertThat(named("no job runs on the herd", look).seen()).isEqualTo("job 5: Restart");
  }

  @Test
  void failover_slots_that_are_synchronised_go_along() {
    String slot =
        "[{'name':'feed','type':'logical','temporary':false,'invalid':%s,'failover':true,'synced':%s}]";
    Look synced =
        look(p("slots", slot.formatted(false, false)), c("slots", slot.formatted(false, true)));
    Look lost =
        look(p("slots", slot.formatted(false, false)), c("slots", slot.formatted(true, true)));

    assertThat(named("logical slots go along", synced).seen()).isEqualTo("all are synchronised");
    assertThat(named("logical slots go along", lost).hasFailed()).isTrue();
  }

  @Test
  void a_slot_that_logical_readers_wait_for_must_be_on_the_candidate() {
    String name = "slots that logical readers wait for are on the candidate";

    assertThat(named(name, look(SAME, SAME)).seen()).isEqualTo("none is waited for");
    assertThat(
            named(name, look(SAME, setting("synchronized_standby_slots", "matriarch_7, db9_slot"))))
        .satisfies(c -> assertThat(c.seen()).startsWith("db9_slot of"))
        .satisfies(c -> assertThat(c.overruledBy()).isEqualTo("ignoreReadiness"));
  }

  @Test
  void a_synchronous_name_that_streams_is_enough() {
    assertThat(
            named(
                    "synchronous standbys of the candidate",
                    look(SAME, setting("synchronous_standby_names", "ANY 1 (\"DB3\", db9)")))
                .outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(
            named(
                    "synchronous standbys of the candidate",
                    look(SAME, setting("synchronous_standby_names", "*")))
                .outcome())
        .isEqualTo(Outcome.PASSED);
  }

  @Test
  void what_refuses_for_the_sake_of_comfort_can_be_overruled() {
    Look look =
        look(
            p("waiting", "{'segments':200,'seconds':30}"),
            c("archive", archive("'set':false,'program':''")));

    assertThat(ReadinessChecks.of(look))
        .filteredOn(Check::hasFailed)
        .extracting(Check::name, Check::overruledBy)
        .containsExactly(
            tuple("the archiver keeps up", "ignoreReadiness"),
            tuple("the candidate archives as the primary does", "ignoreReadiness"));
  }

  @Test
  void who_archives_nothing_is_asked_for_no_command_and_holds_nothing_up() {
    Consumer<ObjectNode> off =
        setting("archive_mode", "off").andThen(p("archive", archive("'set':false,'program':''")));
    Look look = look(off.andThen(p("waiting", "{'segments':900,'seconds':90000}")), off);

    assertThat(named("the archiver keeps up", look).seen()).isEqualTo("archive_mode is off");
    assertThat(named("the candidate archives as the primary does", look).outcome())
        .isEqualTo(Outcome.PASSED);
  }

  @Test
  void a_command_is_told_by_its_program_with_what_backups_need() {
    Check same = named("the candidate archives as the primary does", look(SAME, SAME));
    Check barman =
        named(
            "the candidate archives as the primary does",
            look(
                p("archive", archive("'set':true,'program':'barman-wal-archive','digest':'b'")),
                c("archive", archive("'set':true,'program':'barman-wal-archive','digest':'c'"))));

    assertThat(same.seen())
        .startsWith("a command with pgbackrest on both, the same; ")
        .contains("must name both servers", "stay with db1");
    assertThat(barman.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(barman.seen())
        .startsWith("a command with barman-wal-archive on both, with other arguments; ")
        .endsWith("must be led to db2");
  }

  @Test
  void damage_that_is_long_past_is_a_remark() {
    Check check =
        named(
            "the logs tell of no damage",
            look(
                SAME,
                c(
                    "host",
                    "{'bad':['1'],'last':['2025-11-02 09:00:00 PANIC:  could not fsync'],'end':['']}")));

    assertThat(check.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(check.seen())
        .isEqualTo(
            "none on db1 since 2026-01-01 10:00:00; none lately on db2, the last: 2025-11-02 09:00:00 PANIC:  could not fsync");
  }

  @Test
  void without_a_setting_the_language_is_that_of_the_start() {
    String host = "{'bad':['0'],'messages':['%s'],'end':['']}";
    Consumer<ObjectNode> none = setting("lc_messages", "");

    assertThat(
            named(
                    "the logs tell of no damage",
                    look(SAME, none.andThen(c("host", host.formatted("C")))))
                .outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(
            named(
                    "the logs tell of no damage",
                    look(SAME, none.andThen(c("host", host.formatted("fr_FR.UTF-8")))))
                .seen())
        .isEqualTo("not known of db2, whose messages are in fr_FR.UTF-8");
    assertThat(named("the logs tell of no damage", look(SAME, none)).outcome())
        .isEqualTo(Outcome.WARNING);
  }

  @Test
  void what_only_starts_it_with_the_host_is_a_remark() {
    Check check =
        named(
            "nothing in sight restarts the old primary by itself",
            look(
                p(
                    "host",
                    "{'bad':['0'],'starts':['with its host'],'unread':['/etc/cron.d'],'end':['']}"),
                SAME));

    assertThat(check.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(check.seen())
        .isEqualTo("db1 is started with its host; not readable for its owner: /etc/cron.d");
  }

  @Test
  void a_slot_or_an_archive_keeps_wal_for_a_rewind_too() {
    Consumer<ObjectNode> none = setting("wal_keep_size", "0");
    String slot = "[{'name':'db2','type':'%s','temporary':false,'invalid':%s}]";

    assertThat(retained(none.andThen(p("slots", slot.formatted("physical", false)))).seen())
        .isEqualTo("slots on db1");
    assertThat(retained(none.andThen(p("restoreCommand", "true"))).outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(retained(none.andThen(p("slots", slot.formatted("physical", true)))).outcome())
        .isEqualTo(Outcome.WARNING);
    assertThat(retained(none.andThen(p("slots", slot.formatted("logical", false)))).outcome())
        .isEqualTo(Outcome.WARNING);
  }

  private static Check retained(Consumer<ObjectNode> primary) {
    return named("WAL is kept for a rewind", look(primary, SAME));
  }

  @Test
  void a_standby_that_cannot_be_led_elsewhere_refuses() {
    Look good = look(SAME, SAME);
    Member stubborn = member("db3", STANDBY, p("alterSystem", "false"));
    Look look =
        new Look(
            good.primary(),
            good.candidate(),
            List.of(stubborn),
            good.ways(),
            good.gates(),
            "1",
            null,
            good.patience());

    assertThat(named("where standbys are led to stays", look).hasFailed()).isTrue();
    assertThat(named("where standbys are led to stays", look).seen())
        .isEqualTo("allow_alter_system is off on db3");
  }

  @Test
  void sessions_that_pass_the_poolers_by_are_told_by_address() {
    String all =
        "{'address':'10.0.0.7','count':9,'users':['app']},{'address':'10.0.0.99','count':3,'users':['app','etl']},"
            + "{'address':'10.0.0.3','count':1,'users':['dba']}";
    Look look = look(p("sessions", "[" + all + "]"), SAME);
    Look blind =
        gates(look, new Gate("web on app1", List.of(), List.of(), "not reached: no route to host"));

    assertThat(named("clients come through the poolers", look).outcome())
        .isEqualTo(Outcome.WARNING);
    assertThat(named("clients come through the poolers", look).seen())
        .isEqualTo("on db1: 3 from 10.0.0.99 (app, etl)");
    assertThat(named("clients come through the poolers", blind).seen())
        .isEqualTo(
            "on db1: 9 from 10.0.0.7 (app), 3 from 10.0.0.99 (app, etl); addresses are not known of web on app1");
    assertThat(ReadinessChecks.of(gates(look)))
        .extracting(Check::name)
        .doesNotContain("clients come through the poolers");
  }

  @Test
  void a_pooler_whose_users_the_candidate_would_not_let_in_refuses() {
    Look good = look(SAME, SAME);
    String name = "web on app1: its users may sign in at db2";

    Check refused = named(name, gates(good, gate(Entry.REFUSED, "no pg_hba.conf entry for host")));
    assertThat(refused.hasFailed()).isTrue();
    assertThat(refused.overruledBy()).isEqualTo("ignoreReadiness");
    assertThat(refused.seen()).isEqualTo("app in shop: no pg_hba.conf entry for host");
    assertThat(refused.remedy()).contains("pg_hba.conf of db2");
    assertThat(named(name, gates(good, gate(Entry.UNKNOWN, "certificate"))).outcome())
        .isEqualTo(Outcome.WARNING);
    Gate lost = new Gate("web on app1", List.of(), List.of(), "not reached");
    assertThat(named(name, gates(good, lost)).outcome()).isEqualTo(Outcome.WARNING);
    assertThat(named(name, gates(good, gate(Entry.TAKEN, ""))).seen())
        .isEqualTo("app in shop came in");
    assertThat(named(name, good).seen())
        .isEqualTo("app in shop was asked for the password, which is the primary's");
    Gate idle = new Gate("web on app1", List.of("10.0.0.7"), List.of(), null);
    assertThat(named(name, gates(good, idle)).seen()).isEqualTo("nobody uses it now");
    Login elsewhere = new Login("shop", "app", "db3", Entry.TAKEN, "");
    Gate other = new Gate("web on app1", List.of("10.0.0.7"), List.of(elsewhere), null);
    assertThat(named(name, gates(good, other)).outcome()).isEqualTo(Outcome.WARNING);
  }

  private static Gate gate(Entry entry, String said) {
    return new Gate(
        "web on app1",
        List.of("10.0.0.7"),
        List.of(new Login("shop", "app", "db2", entry, said)),
        null);
  }

  private static Look gates(Look look, Gate... gates) {
    return new Look(
        look.primary(),
        look.candidate(),
        look.others(),
        look.ways(),
        List.of(gates),
        "1",
        null,
        look.patience());
  }

  private static String volumes(long data, long wal) {
    return "[{'totalBytes':10000000000,'freeBytes':%d},{'totalBytes':2000000000,'freeBytes':%d}]"
        .formatted(data, wal);
  }

  private static String archive(String fields) {
    return "{%s}".formatted(fields);
  }

  private static Arguments bad(
      String name,
      Outcome outcome,
      Consumer<ObjectNode> primary,
      Consumer<ObjectNode> candidate,
      String words) {
    return Arguments.of(name, outcome, primary, candidate, words);
  }

  private static Check named(String name, Look look) {
    return ReadinessChecks.of(look).stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Consumer<ObjectNode> p(String field, String json) {
    return facts -> facts.set(field, JSON.readTree(json.replace('\'', '"')));
  }

  private static Consumer<ObjectNode> c(String field, String json) {
    return p(field, json);
  }

  private static Consumer<ObjectNode> setting(String name, String value) {
    return facts -> ((ObjectNode) facts.get("settings")).put(name, value);
  }

  private static Look look(Consumer<ObjectNode> primary, Consumer<ObjectNode> candidate) {
    return new Look(
        member("db1", PRIMARY, primary),
        member("db2", STANDBY, candidate),
        List.of(member("db3", STANDBY, SAME)),
        List.of(
            new Way("db1", "db2", null), new Way("db2", "db1", null), new Way("db3", "db2", null)),
        List.of(gate(Entry.ASKED_FOR_PASSWORD, "")),
        "1",
        null,
        Duration.ofSeconds(10));
  }

  private static Member member(String server, String role, Consumer<ObjectNode> change) {
    ObjectNode facts = (ObjectNode) JSON.readTree(COMMON.replace('\'', '"'));
    facts.setAll((ObjectNode) JSON.readTree(role.replace('\'', '"')));
    change.accept(facts);
    return new Member(server, new ReadinessFacts(facts), "", null, NOW);
  }

  private static final String PRIMARY =
      """
      {'inRecovery':false,'writeLsn':'0/1000000',
       'standbys':[{'name':'db2','state':'streaming'},{'name':'db3','state':'streaming'}]}
      """;

  private static final String STANDBY =
      """
      {'inRecovery':true,'receiveLsn':'0/1000000','replayLsn':'0/1000000','replayedAt':'2026-01-01T11:00:00Z',
       'replayPaused':false,'receiver':{'status':'streaming','timeline':3},'standbys':[]}
      """;

  private static final String COMMON =
      """
      {'clock':'2026-01-01T12:00:00Z','redoLsn':'0/F00000','versionNum':170002,'version':'17.2','systemIdentifier':'7','timeline':3,
       'archiver':{'mode':'on','failing':false},'backups':0,'slots':[],'prepared':0,'open':[],'subscriptions':0,
       'databases':1,'sortedBySystem':1,'collation':'2.36','collationChanged':[],'available':['plpgsql'],
       'pendingRestart':[],'hbaErrors':[],'volumes':[{'totalBytes':10000000000,'freeBytes':5000000000},{'totalBytes':2000000000,'freeBytes':1000000000}],
       'waiting':{'segments':0,'seconds':0},
       'archive':{'library':'','set':true,'discards':false,'program':'/usr/bin/pgbackrest','digest':'aa','present':true},
       'sessions':[{'address':'10.0.0.7','count':9,'users':['app']},{'address':'10.0.0.3','count':1,'users':['dba']}],
       'conninfo':{'set':true,'source':'configuration file','file':'/srv/main/postgresql.auto.conf','line':3},
       'alterSystem':true,'restoreCommand':false,'rewind':{'role':'replicator','may':false,'others':['rewind']},
       'host':{'log':['/log'],'since':['2026-01-01 10:00:00'],'bad':['0'],'starts':['with its host'],
         'address':['10.0.0.3'],'end':['']},
       'inside':[{'name':'app','unlogged':0,'extensions':['plpgsql'],'collationChanged':[]}],
       'settings':{'synchronized_standby_slots':'','wal_level':'replica','wal_log_hints':'on','data_checksums':'off','full_page_writes':'on',
         'max_connections':'100','max_worker_processes':'8','max_wal_senders':'10','max_prepared_transactions':'0',
         'max_locks_per_transaction':'64','max_replication_slots':'10','synchronous_standby_names':'',
         'shared_preload_libraries':'','default_transaction_read_only':'off','recovery_target_timeline':'latest',
         'recovery_min_apply_delay':'0','archive_mode':'on','wal_keep_size':'512','lc_messages':'en_US.UTF-8'}}
      """;
}
