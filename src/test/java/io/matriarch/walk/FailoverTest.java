package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.HbaFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Primaries that are lost, on real hosts, under clients that write. */
class FailoverTest {

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static long herd;
  private static String url;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1");
    orders = lab.herd("orders", "db1", "db2", "db3");
    console = new LabConsole(lab);
    herd = console.discover(orders);
    LabService pgbouncer = lab.pgbouncer("app1", orders, 1);
    console.pooler(herd, pgbouncer);
    url = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port());
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

  /** Whatever was lost comes back as a standby, by what a person is offered. */
  @AfterEach
  void whole() throws Exception {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !console.isBusy());
    String primary = primary();
    for (String host : orders.members()) {
      if (!host.equals(primary)
          && !ask(host, "select status from pg_stat_wal_receiver").equals("streaming")) {
        RunRow back =
            run(
                "instance.rewind",
                Target.instance(console.instance(host, orders)),
                Map.of("discard", "true"));
        assertThat(back.state())
            .as(back.message() + console.log(back.jobId()))
            .isEqualTo(RunState.SUCCEEDED);
      }
    }
    console.discover(orders);
    console.jdbc.sql("update pooler set observed_at = null, observed_error = null").update();
  }

  @Test
  void a_crashed_primary_is_fenced_over_ssh_and_whoever_has_most_takes_over() throws Exception {
    String lost = primary();
    try (SetChecker clients = clients()) {
      // One standby falls behind: it may not lead, and nothing that the other has is lost.
      String behind = standbys().getFirst();
      lab.sql(behind, orders, "select pg_wal_replay_pause()");
      lab.exec(lost, "pkill", "-9", "-f", "postgres.*orders");
      lab.sql(behind, orders, "select pg_wal_replay_resume()");
      assertThat(awaitFailure("dead")).contains(lost + " has crashed");

      RunRow run = failOver(Map.of("acceptLoss", "true", "candidate", id(behind)));

      String story = run.message() + "\n" + console.log(run.jobId());
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(primary()).as(story).isEqualTo(behind);
      assertThat(run.message()).as(story).contains("Lost: nothing of what is known");
      assertThat(story).contains("is stopped: no process is left");
      proveHealed(clients, behind, story);
    }
  }

  @Test
  void a_host_that_is_cut_off_is_given_up_only_on_somebody_s_word() throws Exception {
    String lost = primary();
    try (SetChecker clients = clients()) {
      lab.partition(lost);
      try {
        assertThat(awaitFailure("dead")).contains("neither this console nor", "reaches " + lost);
        long job = submit(Map.of("acceptLoss", "true"));
        RunRow refused = console.awaitEnd(job);
        String story = refused.message() + "\n" + console.log(job);
        assertThat(refused.state()).as(story).isEqualTo(RunState.FAILED);
        assertThat(refused.message())
            .contains("nothing was promoted", "power it off or cut it off");

        RunRow run =
            failOver(
                Map.of(
                    "acceptLoss",
                    "true",
                    "statement",
                    "cable pulled, ticket 4711",
                    "ignoreAlive",
                    "true"));

        story = run.message() + "\n" + console.log(run.jobId());
        assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
        assertThat(primaryBut(lost)).as(story).isNotEmpty();
        assertThat(story).contains("by somebody's word, \"cable pulled, ticket 4711\"");
        proveHealed(clients, primaryBut(lost), story);
        assertThat(writes(lost)).as("nobody could reach it").isTrue();
      } finally {
        lab.heal(lost);
      }
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !writes(lost));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(problem("fenced"))
                      .contains(lost, "whoever starts it starts it read-only"));
      lab.exec(lost, "pg_ctlcluster", orders.version(), "orders", "start");
      assertThat(ask(lost, "select pg_is_in_recovery()")).as("started by somebody").isEqualTo("t");
      RunRow refused =
          run("instance.unfence", Target.instance(console.instance(lost, orders)), Map.of());
      assertThat(refused.state()).isEqualTo(RunState.REFUSED);
    }
  }

  /** Nobody can stop it, and nobody has to give his word: its commits wait for who is gone. */
  @Test
  void a_synchronous_primary_that_is_cut_off_acknowledges_nothing_and_no_row_is_lost()
      throws Exception {
    String lost = primary();
    RunRow set = run("herd.set-synchronous", Target.herd(herd), Map.of("standbys", "1"));
    assertThat(set.state()).as(set.message()).isEqualTo(RunState.SUCCEEDED);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              console.discover(orders);
              assertThat(told(lost)).contains("ANY 1");
            });
    try (SetChecker clients = clients()) {
      lab.partition(lost);
      try {
        assertThat(awaitFailure("dead")).contains("neither this console nor", "reaches " + lost);

        RunRow run = failOver(Map.of("fence", "synchronous"));

        String story = run.message() + "\n" + console.log(run.jobId());
        assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
        assertThat(run.message()).as(story).contains("Nothing that was acknowledged is lost");
        assertThat(story).contains("is fenced when it comes back");
        assertThat(writes(lost)).as("nobody could reach it").isTrue();
        assertThat(commits(lost)).as("nobody is left to wait for").isFalse();
        proveHealed(clients, primaryBut(lost), story);
        assertThat(clients.lost()).as(story).isEmpty();
      } finally {
        lab.heal(lost);
      }
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !writes(lost));
    }
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !console.isBusy());
    RunRow off = run("herd.set-synchronous", Target.herd(herd), Map.of("standbys", "0"));
    assertThat(off.state()).as(off.message()).isEqualTo(RunState.SUCCEEDED);
  }

  /** Scenario 29: everybody is up, and clients hang all the same. */
  @Test
  void commits_that_wait_for_standbys_which_are_cut_off_are_explained_and_let_go_by_an_action()
      throws Exception {
    String primary = primary();
    List<String> standbys = standbys();
    assertThat(run("herd.set-synchronous", Target.herd(herd), Map.of("standbys", "1")).state())
        .isEqualTo(RunState.SUCCEEDED);
    console.discover(orders);
    try (SetChecker clients = clients()) {
      standbys.forEach(standby -> lab.cut(primary, standby));
      try {
        assertThat(problem("commits-waiting"))
            .contains(
                " on " + primary + " have waited for up to ", "each needs 1 of its synchronous")
            .contains(standbys.getFirst() + " is ", standbys.getLast() + " is ");
        assertThat(
                count(
                    "select count(*) from job where action = 'herd.failover' and state in ('QUEUED', 'RUNNING')"))
            .isZero();

        RunRow off = run("herd.set-synchronous", Target.herd(herd), Map.of("standbys", "0"));

        assertThat(off.state()).as(off.message()).isEqualTo(RunState.SUCCEEDED);
        proveWrites(clients, String.valueOf(off.message()));
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    count("select count(*) from v_problem where kind = 'commits-waiting' and open")
                        == 0);
        assertThat(clients.lost()).isEmpty();
      } finally {
        standbys.forEach(standby -> lab.mend(primary, standby));
      }
    }
    awaitHeard(primary, standbys);
  }

  /** Packets that were lost are sent again later and later. */
  private static void awaitHeard(String primary, List<String> standbys) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                !ask(primary, "select pg_logical_emit_message(true, 'test', '')").isEmpty()
                    && standbys.stream().allMatch(FailoverTest::hears));
  }

  private static boolean hears(String standby) {
    return ask(
            standby,
            "select clock_timestamp() - last_msg_receipt_time < interval '1 s' from pg_stat_wal_receiver")
        .equals("t");
  }

  /** Standbys that hear nothing for a while, since only their links are cut, prove nothing. */
  @Test
  void a_word_is_not_believed_of_one_that_answers_though_its_standbys_have_lost_it()
      throws Exception {
    String alive = primary();
    List<String> standbys = standbys();
    standbys.forEach(standby -> lab.cut(alive, standby));
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> standbys.stream().noneMatch(FailoverTest::hears));
      RunRow run =
          failOver(
              Map.of(
                  "acceptLoss",
                  "true",
                  "ignoreAlive",
                  "true",
                  "fence",
                  "statement",
                  "statement",
                  "powered off"));

      assertThat(run.state()).as(run.message()).isEqualTo(RunState.FAILED);
      assertThat(run.message())
          .contains("\"powered off\" cannot be:", "answers and accepts writes");
      assertThat(primary()).isEqualTo(alive);
    } finally {
      standbys.forEach(standby -> lab.mend(alive, standby));
    }
    awaitHeard(alive, standbys);
  }

  private static long count(String sql) {
    return console.jdbc.sql(sql).query(Long.class).single();
  }

  @Test
  void one_that_could_hold_more_is_waited_for_or_given_up_by_a_word_of_its_own() throws Exception {
    String lost = primary();
    String other = standbys().getFirst();
    for (String host : List.of(other, lost)) {
      lab.exec(host, "pkill", "-9", "-f", "postgres.*orders");
    }
    console.report(other);
    awaitFailure("dead");

    RunRow refused = failOver(Map.of("acceptLoss", "true"));
    assertThat(refused.state()).as(refused.message()).isEqualTo(RunState.REFUSED);
    assertThat(refused.message()).contains("nobody else could hold more", other);
    assertThat(primaryBut("")).as("nothing was promoted").isEmpty();

    RunRow run = failOver(Map.of("acceptLoss", "true", "ignoreMissing", "true"));
    assertThat(run.state())
        .as(run.message() + "\n" + console.log(run.jobId()))
        .isEqualTo(RunState.SUCCEEDED);
    assertThat(primary()).isNotIn(lost, other).isNotEmpty();
    lab.exec(other, "pg_ctlcluster", orders.version(), "orders", "start");
  }

  @Test
  void a_word_that_a_standby_contradicts_is_not_believed() throws Exception {
    String alive = primary();
    try (SetChecker clients = clients()) {
      RunRow run =
          failOver(
              Map.of(
                  "acceptLoss",
                  "true",
                  "ignoreAlive",
                  "true",
                  "fence",
                  "statement",
                  "statement",
                  "powered off"));

      String story = run.message() + "\n" + console.log(run.jobId());
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message()).contains("\"powered off\" cannot be:", "heard from");
      assertThat(primary()).as(story).isEqualTo(alive);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void one_that_is_given_up_while_it_serves_is_shut_off_and_no_row_is_lost() throws Exception {
    String given = primary();
    try (SetChecker clients = clients(direct())) {
      RunRow run = failOver(Map.of("fence", "hba", "ignoreAlive", "true", "acceptLoss", "true"));

      String story = run.message() + "\n" + console.log(run.jobId());
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(run.message()).as(story).contains("Nothing is lost");
      assertThat(story).contains(given + " refuses connections from", "its WAL stands at");
      assertThat(primary()).as(story).isNotIn(given, "");
      proveHealed(clients, primary(), story);
      assertThat(clients.lost()).as(story).isEmpty();
      assertThat(lab.exec(given, "cat", "/etc/postgresql/15/orders/pg_hba.conf").output())
          .as("a standby must serve reads again")
          .doesNotContain("matriarch");
    }
  }

  @Test
  void a_pg_hba_conf_that_would_not_hold_is_named_and_the_primary_serves_on() throws Exception {
    String given = primary();
    try (SetChecker clients = clients()) {
      String file = "/etc/postgresql/15/orders/pg_hba.conf";
      lab.exec(given, "sh", "-c", "echo 'host all all nonsense' >> " + file);
      RunRow run = failOver(Map.of("fence", "hba", "ignoreAlive", "true", "acceptLoss", "true"));
      lab.exec(given, "sed", "-i", "/nonsense/d", file);

      String story = run.message() + "\n" + console.log(run.jobId());
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED);
      assertThat(run.message())
          .contains("lines that cannot be read", "Whoever could connect to it before can again");
      assertThat(primary()).as(story).isEqualTo(given);
      proveWrites(clients, story);
      assertThat(clients.lost()).isEmpty();
    }
  }

  @Test
  void one_that_lets_nobody_in_serves_again_once_it_is_unfenced() throws Exception {
    String shut = primary();
    long id = console.instance(shut, orders);
    String file = "/etc/postgresql/15/orders/pg_hba.conf";
    Cluster cluster =
        new Cluster(
            "/var/lib/postgresql/15/orders",
            "postgres",
            orders.port(),
            "/var/run/postgresql",
            null);
    lab.execAs(
        "postgres",
        shut,
        Duration.ofSeconds(20),
        "",
        HbaFile.command(cluster, HbaFile.Verb.REFUSE, file).arguments().toArray(String[]::new));
    lab.sql(shut, orders, "select pg_reload_conf()");
    String there = "jdbc:postgresql://%s:%d/app".formatted(lab.host(shut).address(), orders.port());
    assertThatThrownBy(() -> clients(there)).hasMessageContaining("pg_hba.conf rejects connection");

    RunRow run = run("instance.unfence", Target.instance(id), Map.of());

    assertThat(run.state())
        .as(run.message() + console.log(run.jobId()))
        .isEqualTo(RunState.SUCCEEDED);
    Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> clients(there).close());
  }

  @Test
  void a_frozen_primary_is_ended_and_takes_no_write_when_it_would_wake() throws Exception {
    String frozen = primary();
    try (SetChecker clients = clients()) {
      lab.exec(frozen, "pkill", "-STOP", "-f", "postgres.*orders|postgres: 15/orders");
      awaitFailure("hung");

      RunRow run = failOver(Map.of("acceptLoss", "true", "ignoreAlive", "true"));
      lab.execAs(
          "root", frozen, Duration.ofSeconds(20), "", "pkill", "-CONT", "-f", "postgres.*orders");

      String story = run.message() + "\n" + console.log(run.jobId());
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(primary()).as(story).isNotIn(frozen, "");
      proveHealed(clients, primary(), story);
    }
  }

  private static void proveHealed(SetChecker clients, String primary, String story)
      throws Exception {
    proveWrites(clients, story);
    assertThat(
            lab.sql(
                primary,
                orders,
                "select count(*) from pg_stat_replication where state = 'streaming'"))
        .as(story)
        .isEqualTo("1");
    Set<Long> lost = clients.lost();
    assertThat(lost.size())
        .as("rows that only the lost primary had, of " + clients.acknowledged())
        .isLessThan(20);
  }

  private static void proveWrites(SetChecker clients, String story) {
    long begun = System.nanoTime();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(clients.allCommittedSince(begun)).as(story).isTrue());
  }

  /** Past the poolers, at whoever is primary. */
  private static String direct() {
    return "jdbc:postgresql://%s/app?targetServerType=primary"
        .formatted(
            orders.members().stream()
                .map(m -> "%s:%d".formatted(lab.host(m).address(), orders.port()))
                .collect(Collectors.joining(",")));
  }

  private static SetChecker clients() throws Exception {
    return clients(url);
  }

  private static SetChecker clients(String url) throws Exception {
    return new SetChecker(
            url,
            "app",
            Objects.requireNonNull(orders.passwords().get("app")),
            Duration.ofMillis(10))
        .givingUpAfter(Duration.ofSeconds(20))
        .start(4);
  }

  private static String id(String host) {
    return String.valueOf(console.instance(host, orders));
  }

  private static boolean writes(String host) {
    return ask(host, "select pg_is_in_recovery()").equals("f");
  }

  /** Whether a commit comes back. */
  private static boolean commits(String host) {
    String port = Integer.toString(orders.port());
    String sql = "select pg_logical_emit_message(true, 'test', '')";
    return !lab.execAs(
            "postgres",
            host,
            Duration.ofSeconds(20),
            sql,
            "timeout",
            "3",
            "psql",
            "-XqAt",
            "-p",
            port)
        .output()
        .isBlank();
  }

  private static String told(String host) {
    return console
        .jdbc
        .sql(
            "select coalesce(max(names), '') from v_commit_rule where instance_id = :id and changed_by = '{}'")
        .param("id", console.instance(host, orders))
        .query(String.class)
        .single();
  }

  private static String awaitFailure(String verdict) {
    return problem("primary-" + verdict);
  }

  /** Until the screen says so. */
  private static String problem(String kind) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                console
                    .jdbc
                    .sql("select detail from v_problem where kind = :kind and open")
                    .param("kind", kind)
                    .query(String.class)
                    .optional(),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void one_that_takes_connections_and_answers_no_query_is_hung_until_it_answers() throws Exception {
    String hung = primary();
    lab.exec(hung, "pkill", "-STOP", "-f", "postgres.*orders|postgres: 15/orders");
    try {
      assertThat(awaitFailure("hung")).contains("answers no query");
    } finally {
      lab.exec(hung, "pkill", "-CONT", "-f", "postgres.*orders|postgres: 15/orders");
    }
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> openFailures() == 0);
  }

  private static long openFailures() {
    return console
        .jdbc
        .sql("select count(*) from v_problem where kind like 'primary-%' and open")
        .query(Long.class)
        .single();
  }

  private static RunRow failOver(Map<String, String> options) {
    return console.awaitEnd(submit(options));
  }

  private static long submit(Map<String, String> options) {
    return console.submit("herd.failover", Target.herd(herd), options);
  }

  private static RunRow run(String action, Target target, Map<String, String> options) {
    return console.awaitEnd(console.submit(action, target, options));
  }

  private static String primary() {
    return primaryBut("");
  }

  /** One that is cut off may write on; nobody reaches it. */
  private static String primaryBut(String other) {
    return orders.members().stream()
        .filter(m -> !m.equals(other))
        .filter(m -> ask(m, "select pg_is_in_recovery()").equals("f"))
        .reduce(
            (a, b) -> {
              throw new AssertionError("two primaries: " + a + " and " + b);
            })
        .orElse("");
  }

  private static List<String> standbys() {
    return orders.members().stream()
        .filter(m -> ask(m, "select pg_is_in_recovery()").equals("t"))
        .toList();
  }

  /** What a member answers; empty if it does not. */
  private static String ask(String member, String sql) {
    String port = Integer.toString(orders.port());
    return lab.execAs("postgres", member, Duration.ofSeconds(20), sql, "psql", "-XqAt", "-p", port)
        .output()
        .strip();
  }
}
