package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.job.Action;
import io.matriarch.job.Target;
import io.matriarch.security.Role;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ActionsTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target FIRST = Target.instance(1);
  private static final Target SECOND = Target.instance(2);
  private static final Target HERD = Target.herd(1);

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static TestFleet orders() {
    return TestFleet.herd("orders").primary("db1").standby("db2").standby("db3");
  }

  @Test
  void the_catalogue_holds_what_the_api_promises() {
    assertThat(ACTIONS.all())
        .extracting(a -> a.name().value())
        .containsExactly(
            "herd.create-standby",
            "herd.drill",
            "herd.failover",
            "herd.failover-to-dr",
            "herd.reload",
            "herd.restart",
            "herd.rolling-restart",
            "herd.set-synchronous",
            "herd.start",
            "herd.stop",
            "herd.switch-back",
            "herd.switch-to-dr",
            "herd.switchover",
            "instance.create-slot",
            "instance.drop-slot",
            "instance.fence",
            "instance.follow",
            "instance.rebuild",
            "instance.reload",
            "instance.restart",
            "instance.rewind",
            "instance.start",
            "instance.stop",
            "instance.unfence",
            "server.check",
            "herd.follow-primary",
            "herd.lower-dns-ttl",
            "herd.move-dns",
            "herd.point-poolers",
            "herd.run-hooks");
    assertThat(
            ACTIONS.all().stream()
                .filter(a -> a.requires() != Role.OPERATOR)
                .map(a -> a.name().value() + " " + a.requires()))
        .containsExactly(
            "herd.create-standby DBA",
            "herd.drill DBA",
            "herd.failover DBA",
            "herd.failover-to-dr DBA",
            "herd.rolling-restart DBA",
            "herd.set-synchronous DBA",
            "herd.switch-back DBA",
            "herd.switch-to-dr DBA",
            "herd.switchover DBA",
            "instance.create-slot DBA",
            "instance.drop-slot DBA",
            "instance.fence DBA",
            "instance.follow DBA",
            "instance.rebuild DBA",
            "instance.rewind DBA",
            "instance.unfence DBA",
            "herd.follow-primary DBA",
            "herd.lower-dns-ttl DBA",
            "herd.move-dns DBA",
            "herd.point-poolers DBA",
            "herd.run-hooks DBA");
    assertThat(ACTIONS.all().stream().filter(Action::disrupts).map(a -> a.name().value()))
        .containsExactly(
            "herd.drill",
            "herd.failover",
            "herd.failover-to-dr",
            "herd.restart",
            "herd.rolling-restart",
            "herd.stop",
            "herd.switch-back",
            "herd.switch-to-dr",
            "herd.switchover",
            "instance.fence",
            "instance.rebuild",
            "instance.restart",
            "instance.rewind",
            "instance.stop");
  }

  @Test
  void a_standby_follows_any_running_member_but_none_that_follows_it() {
    Fleet fleet = orders().build();

    assertThat(ACTIONS.steps("instance.follow", SECOND, fleet, Map.of("upstream", "3")))
        .containsExactly(
            "create the slots matriarch_2 on PostgreSQL 17/main on db3",
            "else drop the slots matriarch_2 on PostgreSQL 17/main on db3 if nobody uses them",
            "see that PostgreSQL 17/main on db2 can follow PostgreSQL 17/main on db3, point it there, and see it stream",
            "else let PostgreSQL 17/main on db2 follow PostgreSQL 17/main on db1 again",
            "drop the slots on PostgreSQL 17/main on db1 that nobody uses any more");
    assertThat(ACTIONS.failed("instance.follow", SECOND, fleet, Map.of("upstream", "2")))
        .extracting(Check::seen)
        .containsExactly("it is itself");
    assertThat(ACTIONS.failed("instance.follow", FIRST, fleet, Map.of("upstream", "2")))
        .extracting(Check::seen)
        .containsExactly(
            "primary", "that follows it, directly or by others, and a circle receives nothing");
    assertThat(ACTIONS.failed("instance.follow", SECOND, fleet, Map.of("upstream", "9")))
        .extracting(Check::seen)
        .containsExactly("no such member runs");
  }

  @Test
  void a_rebuild_tries_the_cheapest_way_first_and_says_what_becomes_of_the_old_data() {
    Fleet fleet =
        TestFleet.herd("orders")
            .stopped("db1", Instance.Role.PRIMARY)
            .primary("db2")
            .standby("db3")
            .build();

    assertThat(ACTIONS.failed("instance.rebuild", FIRST, fleet)).isEmpty();
    assertThat(ACTIONS.failed("instance.rebuild", SECOND, fleet))
        .extracting(Check::name)
        .contains("it is not the primary", "it accepts no writes");
    assertThat(ACTIONS.steps("instance.rebuild", FIRST, fleet))
        .containsExactly(
            "create the slots matriarch_1 on PostgreSQL 17/main on db2",
            "make PostgreSQL 17/main on db1 a standby of PostgreSQL 17/main on db2: let it follow as it is if it can, else rewind it, else copy all data by a base backup; the old data is removed once it streams");
    assertThat(
            ACTIONS
                .steps(
                    "instance.rebuild",
                    FIRST,
                    fleet,
                    Map.of(
                        "method",
                        "base-backup",
                        "old",
                        "first",
                        "discard",
                        "true",
                        "maxRate",
                        "50"))
                .getLast())
        .endsWith(
            "copy all data by a base backup; the old data is removed before the copy begins, at most 50 MB/s; transactions that it alone has are thrown away");
  }

  @Test
  void a_restart_starts_again_whatever_happens_to_the_stop() {
    assertThat(ACTIONS.steps("instance.restart", FIRST, orders().build()))
        .containsExactly(
            "stop PostgreSQL 17/main on db1 (fast)",
            "else start PostgreSQL 17/main on db1",
            "start PostgreSQL 17/main on db1");
  }

  @Test
  void the_mode_of_a_stop_is_in_its_command() {
    Action stop = ACTIONS.action("instance.stop");
    Fleet fleet = orders().build();

    assertThat(
            stop.plan(FIRST, fleet, Catalogued.options(stop, Map.of("mode", "immediate")))
                .entries()
                .getFirst()
                .step()
                .commands()
                .getFirst()
                .command())
        .isEqualTo("pg_ctlcluster 17 main stop -m immediate");
  }

  @Test
  void a_herd_stops_with_the_primary_first_and_restarts_with_it_last() {
    Fleet fleet = TestFleet.herd("orders").standby("db1").primary("db2").standby("db3").build();

    assertThat(ACTIONS.steps("herd.stop", HERD, fleet))
        .containsExactly(
            "stop PostgreSQL 17/main on db2 (fast)",
            "stop PostgreSQL 17/main on db1 (fast)",
            "stop PostgreSQL 17/main on db3 (fast)");
    assertThat(ACTIONS.steps("herd.start", HERD, fleet))
        .startsWith("start PostgreSQL 17/main on db2");
    assertThat(ACTIONS.steps("herd.restart", HERD, fleet))
        .startsWith("stop PostgreSQL 17/main on db1 (fast)")
        .endsWith("start PostgreSQL 17/main on db2");
  }

  @Test
  void only_the_members_that_were_named_are_meant() {
    Fleet fleet = orders().build();

    assertThat(ACTIONS.steps("herd.reload", HERD, fleet, Map.of("members", "3")))
        .containsExactly("reload PostgreSQL 17/main on db3");
    Action reload = ACTIONS.action("herd.reload");
    assertThat(reload.checks(HERD, fleet, Catalogued.options(reload, Map.of("members", "3,9"))))
        .filteredOn(Check::hasFailed)
        .singleElement()
        .satisfies(c -> assertThat(c.seen()).contains("[9]"));
  }

  @Test
  void a_recorded_copy_is_left_alone_by_what_is_done_to_the_herd() {
    Fleet fleet = orders().but(TestFleet::recordedCopy).build();

    assertThat(ACTIONS.steps("herd.stop", HERD, fleet)).hasSize(2);
  }

  @Test
  void stopping_a_primary_says_who_hangs_on_it() {
    assertThat(ACTIONS.checks("instance.stop", FIRST, orders().build()))
        .filteredOn(c -> c.outcome() == Check.Outcome.WARNING)
        .singleElement()
        .satisfies(c -> assertThat(c.seen()).contains("primary", "db2, db3", "12 client"));
  }

  @Test
  void a_former_primary_is_not_started_beside_a_running_one() {
    Fleet fleet =
        TestFleet.herd("orders").stopped("db1", Instance.Role.PRIMARY).primary("db2").build();

    assertThat(ACTIONS.failed("instance.start", FIRST, fleet))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.name()).isEqualTo("no second primary");
              assertThat(c.overruledBy()).isNull();
            });
    assertThat(ACTIONS.failed("instance.start", SECOND, fleet)).isEmpty();
    assertThat(ACTIONS.failed("herd.start", HERD, fleet)).hasSize(1);
  }

  @Test
  void a_former_primary_that_starts_as_a_standby_may_be_started() {
    Fleet fleet =
        TestFleet.herd("orders")
            .stopped("db1", Instance.Role.PRIMARY)
            .but(TestFleet::signalled)
            .primary("db2")
            .build();

    assertThat(ACTIONS.failed("instance.start", FIRST, fleet)).isEmpty();
    assertThat(ACTIONS.failed("herd.start", HERD, fleet)).isEmpty();
  }

  @Test
  void a_former_primary_or_a_standby_is_rewound_and_nothing_that_takes_writes() {
    Fleet fleet =
        TestFleet.herd("orders")
            .stopped("db1", Instance.Role.PRIMARY)
            .primary("db2")
            .standby("db3")
            .build();

    assertThat(ACTIONS.failed("instance.rewind", FIRST, fleet)).isEmpty();
    assertThat(ACTIONS.failed("instance.rewind", Target.instance(3), fleet)).isEmpty();
    assertThat(ACTIONS.failed("instance.rewind", SECOND, fleet))
        .extracting(Check::name)
        .containsExactly("it is not the primary", "it accepts no writes");
    assertThat(ACTIONS.steps("instance.rewind", FIRST, fleet))
        .containsExactly(
            "create the slots matriarch_1 on PostgreSQL 17/main on db2",
            "rewind PostgreSQL 17/main on db1 to the timeline of PostgreSQL 17/main on db2, start it as its standby and see it stream");
    assertThat(ACTIONS.steps("instance.rewind", FIRST, fleet, Map.of("discard", "true")).getLast())
        .endsWith("transactions that it alone has are thrown away");
  }

  @Test
  void without_a_primary_or_with_two_nothing_is_rewound() {
    Fleet none =
        TestFleet.herd("orders").stopped("db1", Instance.Role.PRIMARY).standby("db2").build();
    Fleet two = TestFleet.herd("orders").primary("db1").primary("db2").standby("db3").build();

    assertThat(ACTIONS.failed("instance.rewind", SECOND, none))
        .extracting(Check::name)
        .contains("the primary is alive");
    assertThat(ACTIONS.failed("instance.rewind", Target.instance(3), two))
        .extracting(Check::name)
        .contains("one member accepts writes");
  }

  @Test
  void what_a_manager_would_undo_is_refused_and_the_native_way_is_named() {
    Fleet fleet = orders().but(i -> TestFleet.managed(i, "patroni")).build();

    assertThat(ACTIONS.failed("instance.stop", Target.instance(3), fleet))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.remedy()).contains("patronictl");
              assertThat(c.overruledBy()).isEqualTo("ignoreManager");
            });
  }

  @Test
  void a_server_without_a_pinned_key_is_not_acted_on() {
    Fleet fleet = TestFleet.herd("orders").onServers(TestServers::unpinned).primary("db1").build();

    assertThat(ACTIONS.failed("instance.stop", FIRST, fleet))
        .extracting(Check::name)
        .contains("reachable over SSH");
    assertThat(ACTIONS.failed("server.check", Target.server(1), fleet)).hasSize(1);
  }

  @Test
  void an_unreachable_instance_is_warned_about_and_tried() {
    Fleet fleet = TestFleet.herd("orders").unreachable("db1", Instance.Role.PRIMARY).build();

    assertThat(ACTIONS.failed("instance.stop", FIRST, fleet)).isEmpty();
    assertThat(ACTIONS.checks("instance.stop", FIRST, fleet))
        .anyMatch(c -> c.outcome() == Check.Outcome.WARNING && c.seen().contains("no route"));
  }

  @Test
  void another_owner_is_become_as_the_server_says() {
    Fleet fleet = orders().but(i -> TestFleet.ownedBy(i, "pgprod")).build();

    assertThat(command("instance.start", Target.instance(3), fleet))
        .isEqualTo("sudo -n -u pgprod pg_ctlcluster 17 main start");
  }

  @Test
  void a_cluster_without_debians_tools_is_commanded_by_pg_ctl() {
    Fleet fleet = orders().but(i -> TestFleet.plain(i, "/srv/pg data/17")).build();

    assertThat(command("instance.start", Target.instance(3), fleet))
        .isEqualTo("/usr/lib/postgresql/17/bin/pg_ctl -D '/srv/pg data/17' start");
  }

  @Test
  void a_directory_that_pg_ctl_would_hand_to_a_shell_unquoted_is_refused() {
    Fleet fleet = orders().but(i -> TestFleet.plain(i, "/srv/$(reboot)/17")).build();

    assertThat(ACTIONS.failed("instance.start", Target.instance(3), fleet))
        .extracting(Check::name)
        .containsExactly("command known");
  }

  @Test
  void where_pid_1_is_systemd_the_unit_is_used_as_root_and_other_modes_go_past_it() {
    Fleet fleet =
        TestFleet.herd("orders")
            .onServers(TestServers::systemd)
            .primary("db1")
            .standby("db2")
            .build();

    assertThat(command("instance.stop", FIRST, fleet))
        .isEqualTo("sudo -n -u root systemctl stop postgresql@17-main.service");
    Action stop = ACTIONS.action("instance.stop");
    assertThat(
            stop.plan(FIRST, fleet, Catalogued.options(stop, Map.of("mode", "immediate")))
                .entries()
                .getFirst()
                .step()
                .commands()
                .getFirst()
                .command())
        .isEqualTo(
            "/usr/lib/postgresql/17/bin/pg_ctl -D /srv/pg/17/main -w -t 60 -m immediate stop");
  }

  @Test
  void an_escalation_that_cannot_become_root_is_refused_where_systemd_commands() {
    Fleet fleet =
        TestFleet.herd("orders").onServers(TestServers::alwaysPostgres).primary("db1").build();

    assertThat(ACTIONS.failed("instance.stop", FIRST, fleet))
        .extracting(Check::seen)
        .containsExactly(
            "profile systemd wants root, and the escalation \"sudo -n -u postgres\" becomes somebody else");
  }

  private static String command(String name, Target target, Fleet fleet) {
    Action action = ACTIONS.action(name);
    return action
        .plan(target, fleet, Catalogued.options(action, Map.of()))
        .entries()
        .getFirst()
        .step()
        .commands()
        .getFirst()
        .command();
  }

  /** Servers that differ in one thing. */
  private static final class TestServers {
    private TestServers() {}

    static Server unpinned(Server s) {
      return with(s, List.of(), s.init());
    }

    static Server systemd(Server s) {
      return with(s, s.hostKeys(), "systemd");
    }

    static Server alwaysPostgres(Server s) {
      return with(s, s.hostKeys(), List.of("sudo", "-n", "-u", "postgres"), "systemd");
    }

    private static Server with(
        Server s, List<String> keys, @org.jspecify.annotations.Nullable String init) {
      return with(s, keys, s.become(), init);
    }

    private static Server with(
        Server s,
        List<String> keys,
        List<String> become,
        @org.jspecify.annotations.Nullable String init) {
      return new Server(
          s.id(),
          s.name(),
          s.kind(),
          s.environmentId(),
          s.site(),
          s.address(),
          s.sshPort(),
          s.sshUser(),
          keys,
          become,
          init,
          s.osFamily(),
          s.profileId());
    }
  }
}
