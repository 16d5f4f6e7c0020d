package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Switches of primaries on real hosts, with clients that write all the time. */
class SwitchoverTest {

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static long herd;
  private static String url;
  private static String otherUrl;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1", "app2");
    orders = lab.herd("orders", "db1", "db2", "db3");
    console = new LabConsole(lab);
    herd = console.discover(orders);
    LabService pgbouncer = lab.pgbouncer("app1", orders, 2);
    console.pooler(herd, pgbouncer);
    LabService other = lab.pgbouncer("app2", orders, 1);
    console.pooler(herd, other);
    otherUrl = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app2").address(), other.port());
    url = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port());
    for (String host : List.of("app1", "app2")) {
      String line = "*:*:*:app:" + orders.passwords().get("app");
      lab.exec(host, "sh", "-c", "umask 077; echo '%s' >~postgres/.pgpass".formatted(line));
      lab.exec(host, "sh", "-c", "chown postgres: ~postgres/.pgpass");
    }
  }

  @AfterAll
  static void down() throws Exception {
    if (console != null) {
      console.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  /** The next test needs both standbys streaming, and an inventory that knows it. */
  @AfterEach
  void settle() throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> !console.isBusy() && streaming(primary()) == 2);
    console.discover(orders);
    // One that was cut off is asked again only within a minute.
    console.jdbc.sql("update pooler set observed_at = null, observed_error = null").update();
  }

  @Test
  void clients_behind_poolers_notice_nothing_and_everybody_follows() throws Exception {
    try (SetChecker clients = clients()) {
      for (int i = 0; i < 3; i++) {
        String candidate = standbys().getFirst();
        String former = primary();
        long job = switchTo(candidate, Map.of("probe", "app"));
        RunRow run = console.awaitEnd(job);

        String story = run.message() + "\n" + console.log(job);
        assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
        assertThat(primary()).as(story).isEqualTo(candidate);
        assertThat(standbys()).as(story).contains(former).hasSize(2);
        assertThat(streaming(candidate)).as(story).isEqualTo(2);
        assertThat(
                lab.sql(former, orders, "select count(*) from pg_replication_slots where active"))
            .as("slots left on the former primary")
            .isEqualTo("0");
        assertThat(run.message()).as(story).contains("Clients felt at pooler");
        assertThat(run.message()).as(story).doesNotContainPattern("[0-9]+ of [0-9]+ writes failed");
        proveNobodyNoticed(clients, story);
      }
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void what_would_hold_a_switch_up_is_told_beforehand_and_refuses_it() throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    long id = console.instance(candidate, orders);
    assertThat(console.readiness(herd, id)).isEmpty();
    String hba = hba();
    lab.exec(candidate, "cp", "-p", hba, hba + ".kept");
    try {
      lab.sql(candidate, orders, "select pg_wal_replay_pause()");
      lab.exec(candidate, "sed", "-i", "/replicator/d", hba);
      lab.sql(candidate, orders, "select pg_reload_conf()");
      lab.exec(
          before,
          "runuser",
          "-u",
          "postgres",
          "--",
          "sh",
          "-c",
          "setsid psql -p %d -c 'select pg_sleep(600) as stocktaking' >/dev/null 2>&1 </dev/null &"
              .formatted(orders.port()));

      List<String> reasons =
          Awaitility.await()
              .atMost(Duration.ofMinutes(1))
              .until(
                  () -> console.readiness(herd, id),
                  said -> said.stream().anyMatch(why -> why.contains("stocktaking")));
      assertThat(reasons)
          .anySatisfy(why -> assertThat(why).contains("replay is paused on " + candidate))
          .anySatisfy(why -> assertThat(why).contains("on " + before + ": pid ", "stocktaking"))
          .anySatisfy(
              why ->
                  assertThat(why)
                      .startsWith("%s may stream from %s: ".formatted(before, candidate))
                      .contains("pg_hba.conf"));

      long job = switchTo(candidate, Map.of("ignoreReadiness", "true"));
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message())
          .contains("nothing was changed")
          .contains("replay is paused on " + candidate)
          .contains("%s may stream from %s".formatted(before, candidate))
          .doesNotContain("stocktaking");
      assertThat(primary()).as(story).isEqualTo(before);
      assertThat(slotsOnStandbys()).as(story).isEqualTo("0 0");
    } finally {
      lab.exec(candidate, "mv", hba + ".kept", hba);
      lab.sql(candidate, orders, "select pg_reload_conf()");
      lab.sql(candidate, orders, "select pg_wal_replay_resume()");
      lab.sql(
          before,
          orders,
          "select pg_terminate_backend(pid) from pg_stat_activity where query like '%as stocktaking'");
    }
  }

  @Test
  void a_candidate_that_lags_and_an_archiver_that_fails_refuse_the_switch() throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    long id = console.instance(candidate, orders);
    lab.sql(before, orders, "alter system set archive_mode = 'on'");
    lab.sql(before, orders, "alter system set archive_command = '/bin/false'");
    ctl(before, "restart");
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streaming(before) == 2);
    signalReceiver(candidate, "STOP");
    try {
      lab.sql(
          before,
          orders,
          "create table freight as select repeat(md5(n::text), 60) from generate_series(1, 160000) n");
      lab.sql(before, orders, "select pg_switch_wal()");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  !lab.sql(before, orders, "select failed_count from pg_stat_archiver")
                      .equals("0"));
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(console.readiness(herd, id))
                      .anySatisfy(why -> assertThat(why).contains("MB behind"))
                      .anySatisfy(why -> assertThat(why).contains("the archiver fails, last on ")));

      long job = switchTo(candidate, Map.of());
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isIn(RunState.REFUSED, RunState.FAILED);
      assertThat(run.message()).as(story).contains("MB behind", "the archiver fails");
      assertThat(primary()).as(story).isEqualTo(before);
    } finally {
      signalReceiver(candidate, "CONT");
      lab.sql(before, orders, "drop table if exists freight");
      lab.sql(before, orders, "alter system reset archive_command");
      lab.sql(before, orders, "alter system reset archive_mode");
      ctl(before, "restart");
    }
  }

  private static void ctl(String member, String verb) {
    lab.exec(member, "pg_ctlcluster", orders.version(), "orders", verb, "-m", "fast");
  }

  @Test
  void a_pool_in_session_mode_refuses_a_switch_and_an_idle_client_of_it_ends_an_overruled_one()
      throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    poolMode("transaction", "session");
    try (SetChecker clients = clients()) {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> clients.acknowledged() > 10);
      long refused = switchTo(candidate, Map.of());
      RunRow first = console.awaitEnd(refused);
      assertThat(first.state()).as(story(refused, first)).isIn(RunState.REFUSED, RunState.FAILED);
      assertThat(first.message()).contains("session");

      long job = switchTo(candidate, Map.of("ignoreReadiness", "true", "pauseLimit", "3"));
      RunRow run = console.awaitEnd(job);
      assertThat(run.state()).as(story(job, run)).isIn(RunState.FAILED, RunState.REFUSED);
      assertThat(primary()).as(story(job, run)).isEqualTo(before);
      int then = clients.acknowledged();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> clients.acknowledged() > then + 10);
      assertThat(clients.lost()).isEmpty();
    } finally {
      poolMode("session", "transaction");
    }
  }

  private static String story(long job, RunRow run) {
    return run.message() + "\n" + console.log(job);
  }

  private static void poolMode(String from, String to) throws Exception {
    String script =
        "sed -i 's/^pool_mode = %s/pool_mode = %s/' /etc/pgbouncer/*.ini && pkill -HUP pgbouncer"
            .formatted(from, to);
    for (String host : List.of("app1", "app2")) {
      assertThat(lab.exec(host, "sh", "-c", script).exitCode()).isZero();
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                console
                    .jdbc
                    .sql("select bool_and(observed_pool_mode = :mode) from pooler")
                    .param("mode", to)
                    .query(Boolean.class)
                    .single());
  }

  @Test
  void a_transaction_open_at_one_of_three_poolers_ends_the_attempt_and_the_next_one_succeeds()
      throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    try (SetChecker clients = clients();
        Connection open = DriverManager.getConnection(otherUrl, "app", password());
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("select txid_current()");
      long job = switchTo(candidate, Map.of("pauseLimit", "2", "ignoreReadiness", "true"));
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message()).contains("NOT_PAUSED").contains("on app2");
      assertThat(run.message()).containsPattern("Transactions open on .*: pid [0-9]+, [0-9]+ s");
      assertThat(run.remainder()).as(story).isEmpty();
      assertThat(console.log(job)).contains("on app1 goes on");
      assertThat(primary()).as(story).isEqualTo(before);
      assertThat(slotsOnStandbys()).as(story).isEqualTo("0 0");
      proveNobodyNoticed(clients, story);

      open.rollback();
      long again = switchTo(candidate, Map.of());
      RunRow second = console.awaitEnd(again);
      story = second.message() + "\n" + console.log(again);
      assertThat(second.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(primary()).as(story).isEqualTo(candidate);
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void a_primary_that_does_not_stop_in_time_is_primary_again_and_nothing_is_promoted()
      throws Exception {
    String before = primary();
    try (SetChecker clients = clients()) {
      // A session that does nothing, in a process that takes no signal, as one that a disk holds.
      lab.exec(
          before,
          "runuser",
          "-u",
          "postgres",
          "--",
          "sh",
          "-c",
          "(sleep 305 | PGAPPNAME=frozen setsid psql -Xq -p %d) >/dev/null 2>&1 </dev/null &"
              .formatted(orders.port()));
      String backend =
          Awaitility.await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () ->
                      ask(
                          before,
                          "select pid from pg_stat_activity where application_name = 'frozen'"),
                  pid -> !pid.isEmpty());
      lab.exec(before, "kill", "-STOP", backend);
      long job = switchTo(standbys().getFirst(), Map.of());
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).isFalse();
      assertThat(run.message()).contains("became the primary again");
      assertThat(console.log(job)).contains("stopped immediate");
      assertThat(primary()).as(story).isEqualTo(before);
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    } finally {
      lab.exec(before, "pkill", "-f", "[s]leep 305");
    }
  }

  @Test
  void a_standby_that_vanishes_in_the_middle_is_left_over_named_and_brought_back()
      throws Exception {
    String candidate = standbys().getFirst();
    String other = standbys().getLast();
    try (SetChecker clients = clients()) {
      // The stop takes seconds then, in which the host is lost.
      signalReceiver(other, "STOP");
      long job = switchTo(candidate, Map.of());
      RunRow run;
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> primary().isEmpty());
        lab.partition(other);
        run = console.awaitEnd(job);
      } finally {
        lab.heal(other);
        signalReceiver(other, "CONT");
      }

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).as(story).isTrue();
      assertThat(run.canBeRetried()).as(story).isFalse();
      assertThat(run.message())
          .contains("%s became the primary".formatted(candidate))
          .contains("on %s does not follow %s yet".formatted(other, candidate));
      assertThat(String.join("\n", run.remainder()))
          .contains("on %s follow".formatted(other))
          .contains("finish with herd.follow-primary");
      proveNobodyNoticed(clients, story);

      console.discover(orders);
      long follow =
          console.submit("herd.follow-primary", Target.herd(herd), Map.of("cascades", "true"));
      RunRow followed = console.awaitEnd(follow);
      assertThat(followed.state())
          .as(followed.message() + "\n" + console.log(follow))
          .isEqualTo(RunState.SUCCEEDED);
      assertThat(streaming(candidate)).isEqualTo(2);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void a_promotion_whose_answer_is_lost_is_claimed_by_nobody_and_finished_by_three_actions()
      throws Exception {
    String former = primary();
    String candidate = standbys().getFirst();
    List<String> members = List.of(former, candidate, standbys().getLast());
    // The promotion lasts long enough for a cable to be pulled.
    recoveryEnd(candidate, "sleep 4.44");
    try (SetChecker clients = clients()) {
      long job = switchTo(candidate, Map.of());
      RunRow run;
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> lab.exec(candidate, "pgrep", "-f", "[s]leep 4.44").exitCode() == 0);
        lab.partition(candidate);
        run = console.awaitEnd(job);
      } finally {
        lab.heal(candidate);
      }

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).as(story).isTrue();
      assertThat(run.canBeRetried()).as(story).isFalse();
      assertThat(run.message())
          .contains("on %s was promoted is not known".formatted(candidate))
          .contains("Do not make the former primary writable");
      assertThat(ask(former, "select 1")).as("the former primary runs").isEmpty();

      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> primary().equals(candidate));
      for (String member : members) {
        console.report(member);
      }
      for (String action : List.of("herd.point-poolers", "herd.start", "herd.follow-primary")) {
        Map<String, String> options =
            action.equals("herd.follow-primary") ? Map.of("cascades", "true") : Map.of();
        long finish = console.submit(action, Target.herd(herd), options);
        RunRow finished = console.awaitEnd(finish);
        assertThat(finished.state())
            .as(action + ": " + finished.message() + "\n" + console.log(finish))
            .isEqualTo(RunState.SUCCEEDED);
        console.report(former);
      }
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streaming(candidate) == 2);
      int before = clients.acknowledged();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> clients.acknowledged() > before + 10);
      assertThat(clients.lost()).isEmpty();
    } finally {
      recoveryEnd(candidate, "");
    }
  }

  private static void recoveryEnd(String member, String command) {
    lab.sql(member, orders, "alter system set recovery_end_command = '%s'".formatted(command));
    lab.sql(member, orders, "select pg_reload_conf()");
  }

  @Test
  void clocks_that_are_ten_minutes_apart_are_shown_and_decide_nothing() throws Exception {
    String candidate = standbys().getFirst();
    lab.skew(candidate, Duration.ofMinutes(10));
    lab.exec(candidate, "pg_ctlcluster", orders.version(), "orders", "restart");
    try (SetChecker clients = clients()) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streaming(primary()) == 2);
      long job = switchTo(candidate, Map.of());
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(console.log(job)).containsPattern("clocks agree: (59|60)[0-9] s apart");
      assertThat(primary()).as(story).isEqualTo(candidate);
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    } finally {
      lab.skew(candidate, Duration.ZERO);
      lab.exec(candidate, "pg_ctlcluster", orders.version(), "orders", "restart");
    }
  }

  @Test
  void a_candidate_whose_disk_is_full_refuses_the_switch_and_goes_on_when_there_is_room()
      throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    String data = orders.dataDirectory();
    String start = "pg_ctlcluster %s orders start".formatted(orders.version());
    String stop = "pg_ctlcluster %s orders stop".formatted(orders.version());
    lab.exec(
        candidate,
        "sh",
        "-ec",
        "%1$s; mkdir /ram; mount -t tmpfs -o size=1g,mode=700 tmpfs /ram; chown postgres: /ram; mv %2$s/pg_wal /ram/; ln -s /ram/pg_wal %2$s/pg_wal; %3$s"
            .formatted(stop, data, start));
    try (SetChecker clients = clients()) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streaming(before) == 2);
      lab.exec(candidate, "sh", "-c", "dd if=/dev/zero of=/ram/full bs=1M 2>/dev/null; true");
      console.discover(orders);
      long job = switchTo(candidate, Map.of());
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message())
          .contains("nothing was changed")
          .contains("free space: ")
          .contains("on " + candidate);
      assertThat(primary()).as(story).isEqualTo(before);
      proveNobodyNoticed(clients, story);
      lab.exec(candidate, "rm", "/ram/full");
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streaming(before) == 2);
      assertThat(clients.lost()).isEmpty();
    } finally {
      lab.exec(
          candidate,
          "sh",
          "-ec",
          "rm -f /ram/full; %1$s; rm %2$s/pg_wal; cp -a /ram/pg_wal %2$s/; umount /ram; rmdir /ram; %3$s"
              .formatted(stop, data, start));
    }
  }

  @Test
  void a_candidate_that_cannot_replay_lets_the_former_primary_come_back() throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    try (SetChecker clients = clients()) {
      // Nothing shows it beforehand: its lag is small, and it is not paused.
      lab.exec(candidate, "pkill", "-STOP", "-f", ": startup");
      long job;
      RunRow run;
      try {
        job = switchTo(candidate, Map.of());
        run = console.awaitEnd(job);
      } finally {
        lab.exec(candidate, "pkill", "-CONT", "-f", ": startup");
      }

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).isFalse();
      assertThat(primary()).as(story).isEqualTo(before);
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void the_fast_variant_promotes_before_the_former_primary_has_stopped_and_rewinds_that()
      throws Exception {
    try (SetChecker clients = clients()) {
      String candidate = standbys().getFirst();
      String former = primary();
      long job = switchTo(candidate, Map.of("fast", "true", "probe", "app"));
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(primary()).as(story).isEqualTo(candidate);
      assertThat(standbys()).as(story).contains(former).hasSize(2);
      assertThat(streaming(candidate)).as(story).isEqualTo(2);
      assertThat(story)
          .contains(former + " refuses connections from app1", "is rewound to")
          .containsSubsequence("promote PostgreSQL", "resumed", "matriarch-stop");
      assertThat(lab.exec(former, "cat", hba()).output()).doesNotContain("matriarch");
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void the_fast_variant_is_given_up_for_a_candidate_that_cannot_replay_and_clients_are_let_in()
      throws Exception {
    String before = primary();
    String candidate = standbys().getFirst();
    try (SetChecker clients = clients()) {
      lab.exec(candidate, "pkill", "-STOP", "-f", ": startup");
      long job;
      RunRow run;
      try {
        job = switchTo(candidate, Map.of("fast", "true"));
        run = console.awaitEnd(job);
      } finally {
        lab.exec(candidate, "pkill", "-CONT", "-f", ": startup");
      }

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).isFalse();
      assertThat(run.message()).as(story).contains("lets clients in again and took a write");
      assertThat(primary()).as(story).isEqualTo(before);
      assertThat(lab.exec(before, "cat", hba()).output()).doesNotContain("matriarch");
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void the_fast_variant_is_refused_where_something_else_than_sessions_may_write() throws Exception {
    String before = primary();
    lab.sql(
        before,
        orders,
        "create subscription s connection 'host=127.0.0.1 port=1' publication p with (connect = false); alter subscription s enable");
    try {
      RunRow run = console.awaitEnd(switchTo(standbys().getFirst(), Map.of("fast", "true")));

      assertThat(run.state()).isEqualTo(RunState.FAILED);
      assertThat(run.message())
          .contains("The fast variant was refused, and nothing was changed", "no subscriptions: 1");
      assertThat(primary()).isEqualTo(before);
    } finally {
      lab.sql(
          before,
          orders,
          "alter subscription s disable; alter subscription s set (slot_name = none); drop subscription s");
    }
  }

  @Test
  void commits_are_made_to_wait_for_standbys_before_and_after_a_switch() throws Exception {
    String former = primary();
    String candidate = standbys().getFirst();
    try (SetChecker clients = clients()) {
      RunRow run = setSynchronous(Map.of("standbys", "1"));
      assertThat(run.state()).as(run.message()).isEqualTo(RunState.SUCCEEDED);
      assertThat(lab.sql(former, orders, "select max(sync_state) from pg_stat_replication"))
          .isEqualTo("quorum");

      run = console.awaitEnd(switchTo(candidate, Map.of()));

      assertThat(run.state()).as(run.message()).isEqualTo(RunState.SUCCEEDED);
      assertThat(lab.sql(candidate, orders, "select max(sync_state) from pg_stat_replication"))
          .isEqualTo("quorum");
      proveNobodyNoticed(clients, String.valueOf(run.message()));
      assertThat(clients.lost()).isEmpty();
    } finally {
      RunRow back = setSynchronous(Map.of("standbys", "0"));
      assertThat(back.state()).as(back.message()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(lab.sql(candidate, orders, "show synchronous_standby_names")).isEmpty();
    RunRow refused = setSynchronous(Map.of("standbys", "3"));
    assertThat(refused.state()).isEqualTo(RunState.REFUSED);
    assertThat(refused.message()).contains("No commit would return");
  }

  private static RunRow setSynchronous(Map<String, String> options) throws Exception {
    console.discover(orders);
    return console.awaitEnd(console.submit("herd.set-synchronous", Target.herd(herd), options));
  }

  private static String hba() {
    return "/etc/postgresql/%s/orders/pg_hba.conf".formatted(orders.version());
  }

  @Test
  void a_standby_that_takes_nothing_more_does_not_hold_the_switch_up() throws Exception {
    String candidate = standbys().getFirst();
    String other = standbys().getLast();
    try (SetChecker clients = clients()) {
      // Its kernel still acknowledges; PostgreSQL would wait for it for a minute.
      signalReceiver(other, "STOP");
      RunRow run;
      long job;
      try {
        job = switchTo(candidate, Map.of());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> primary().equals(candidate));
      } finally {
        signalReceiver(other, "CONT");
      }
      run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void with_a_pooler_out_of_reach_nothing_is_changed() throws Exception {
    String before = primary();
    try (SetChecker clients = clients()) {
      lab.partition("app2");
      long job = switchTo(standbys().getFirst(), Map.of());
      RunRow run = console.awaitEnd(job);
      lab.heal("app2");

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message()).contains("app2");
      assertThat(primary()).as(story).isEqualTo(before);
      assertThat(console.log(job)).doesNotContain("stop PostgreSQL");
      proveNobodyNoticed(clients, story);
    }
  }

  @Test
  void commits_that_wait_for_standbys_are_secured_before_clients_go_on() throws Exception {
    String former = primary();
    String candidate = standbys().getFirst();
    // As usual: the candidate's own setting names everybody who may be primary.
    synchronous(candidate, "ANY 1 (*)");
    synchronous(former, "ANY 1 (*)");
    try (SetChecker clients = clients()) {
      long job = switchTo(candidate, Map.of());
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(primary()).as(story).isEqualTo(candidate);
      assertThat(console.log(job)).contains("1 synchronous standbys have the first commit");
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    } finally {
      synchronous(candidate, "");
      synchronous(former, "");
    }
  }

  @Test
  void without_a_synchronous_standby_in_time_the_confirmed_policy_decides() throws Exception {
    String former = primary();
    String candidate = standbys().getFirst();
    // Nobody of that name will ever stream.
    synchronous(candidate, "nobody");
    try (SetChecker clients = clients()) {
      long job =
          switchTo(candidate, Map.of("synchronous", "asynchronous", "ignoreReadiness", "true"));
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message()).contains("No commit waits for a standby");
      assertThat(console.log(job)).contains("ALARM: after 5 s fewer than 1 of nobody follow");
      assertThat(primary()).as(story).isEqualTo(candidate);
      assertThat(streaming(candidate)).as(story).isEqualTo(2);
      assertThat(lab.sql(candidate, orders, "show synchronous_standby_names")).isEmpty();
      proveNobodyNoticed(clients, story);
      assertThat(clients.lost()).isEmpty();
    } finally {
      synchronous(candidate, "");
      synchronous(former, "");
    }
  }

  @Test
  void a_former_primary_that_cannot_start_again_leaves_only_the_way_forward() throws Exception {
    String former = primary();
    String candidate = standbys().getFirst();
    String other = standbys().getLast();
    String conf = "/etc/postgresql/%s/orders/postgresql.conf".formatted(orders.version());
    lab.exec(former, "cp", "-p", conf, conf + ".kept");
    try (SetChecker clients = clients()) {
      // It runs with what it read before; it will not read this at a start.
      lab.exec(former, "sh", "-c", "echo 'shared_buffers = nonsense' >> " + conf);
      // Its stop takes seconds, in which a pooler is restarted and loses its pause.
      signalReceiver(other, "STOP");
      long job = switchTo(candidate, Map.of());
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> primary().isEmpty());
        restartPooler("app2");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> primary().equals(candidate));
      } finally {
        signalReceiver(other, "CONT");
      }
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.pastPoint()).as(story).isTrue();
      assertThat(run.message())
          .contains("was restarted")
          .contains("does not start again")
          .contains("nothing is lost by going forward");
      assertThat(primary()).as(story).isEqualTo(candidate);
      assertThat(
              lab.exec(former, "sh", "-c", "ls /var/lib/postgresql/*/orders/standby.signal")
                  .exitCode())
          .as("whoever starts it starts it read-only")
          .isZero();
      assertThat(String.join("\n", run.remainder()))
          .contains("start PostgreSQL", "on %s as a standby".formatted(former))
          .contains("finish with herd.start");
      proveNobodyNoticed(clients, story);

      lab.exec(former, "cp", "-p", conf + ".kept", conf);
      console.report(former);
      long start = console.submit("herd.start", Target.herd(herd), Map.of());
      RunRow started = console.awaitEnd(start);
      assertThat(started.state())
          .as(started.message() + "\n" + console.log(start))
          .isEqualTo(RunState.SUCCEEDED);
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streaming(candidate) == 2);
      assertThat(clients.lost()).isEmpty();
    } finally {
      lab.exec(former, "mv", conf + ".kept", conf);
      lab.exec(former, "pg_ctlcluster", orders.version(), "orders", "start");
    }
  }

  private static void restartPooler(String host) {
    lab.exec(
        host,
        "sh",
        "-c",
        "kill -9 $(cat /run/pgbouncer/orders-1/pid); rm -f /run/pgbouncer/orders-1/*; exec setpriv --reuid=postgres --regid=postgres --init-groups /usr/sbin/pgbouncer -q -d /etc/pgbouncer/orders-1.ini");
  }

  private static void synchronous(String member, String names) {
    lab.sql(member, orders, "alter system set synchronous_standby_names = '%s'".formatted(names));
    lab.sql(member, orders, "select pg_reload_conf()");
  }

  private static long switchTo(String candidate, Map<String, String> more) {
    Map<String, String> options = new java.util.HashMap<>(more);
    options.put("candidate", String.valueOf(console.instance(candidate, orders)));
    return console.submit("herd.switchover", Target.herd(herd), options);
  }

  private static SetChecker clients() throws Exception {
    return new SetChecker(url, "app", password(), Duration.ofMillis(5)).start(4);
  }

  private static String password() {
    return String.valueOf(orders.passwords().get("app"));
  }

  private static void proveNobodyNoticed(SetChecker clients, String story) {
    int before = clients.acknowledged();
    Awaitility.await(story)
        .atMost(Duration.ofSeconds(60))
        .until(() -> clients.acknowledged() > before + 10);
    assertThat(clients.errors()).as(story).isEmpty();
    assertThat(clients.notAcknowledged()).as(story).isZero();
  }

  private static String primary() {
    return orders.members().stream()
        .filter(member -> ask(member, "select pg_is_in_recovery()").equals("f"))
        .findAny()
        .orElse("");
  }

  private static List<String> standbys() {
    return orders.members().stream().filter(SwitchoverTest::inRecovery).toList();
  }

  private static boolean inRecovery(String member) {
    return ask(member, "select pg_is_in_recovery()").equals("t");
  }

  private static int streaming(String member) {
    String count =
        ask(member, "select count(*) from pg_stat_replication where state = 'streaming'");
    return count.isEmpty() ? 0 : Integer.parseInt(count);
  }

  /** What a member answers; empty if it does not, or if there is no such member. */
  private static String ask(String member, String sql) {
    if (member.isEmpty()) {
      return "";
    }
    String port = Integer.toString(orders.port());
    return lab.execAs("postgres", member, Duration.ofSeconds(20), sql, "psql", "-XqAt", "-p", port)
        .output()
        .strip();
  }

  private static String slotsOnStandbys() {
    return String.join(
        " ",
        standbys().stream()
            .map(s -> lab.sql(s, orders, "select count(*) from pg_replication_slots"))
            .toList());
  }

  private static void signalReceiver(String member, String signal) {
    lab.exec(member, "pkill", "-" + signal, "-f", "walreceiver");
  }
}
