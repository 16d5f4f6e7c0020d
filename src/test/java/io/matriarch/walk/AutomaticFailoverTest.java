package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.audit.Origin;
import io.matriarch.inventory.Conflict;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.watch.Automatics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A synchronous herd whose standby takes over with nobody asking, on real hosts, under clients. */
class AutomaticFailoverTest {

  private static final int BLIPS = Integer.getInteger("matriarch.blips", 4);
  private static final Actor DBA = new Actor("dora", Role.DBA, Origin.API, "127.0.0.1");

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static Automatics automatics;
  private static long herd;
  private static String url;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1");
    orders = lab.herd("orders", "db1", "db2", "db3");
    console = new LabConsole(lab);
    automatics = console.bean(Automatics.class);
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

  /** It cannot be turned on without synchronous standbys; blips are none of its business. */
  @Test
  void a_primary_that_is_cut_off_is_replaced_by_itself_and_the_next_one_once_somebody_has_seen_it()
      throws Exception {
    assertThatThrownBy(() -> change(() -> automatics.turnOn(herd)))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("commits on db1 wait for no standby");
    succeed("herd.set-synchronous", Target.herd(herd), Map.of("standbys", "1"));
    turnOn();
    blips();
    assertThat(failovers()).as("of blips").isZero();

    String first = loseByItself();
    assertThat(problem("automatic-failover")).contains("failed over by itself");
    assertThat(failovers()).isOne();
    bringBack(first);

    String second = primary();
    lab.exec(second, "pkill", "-9", "-f", "postgres.*orders");
    awaitDeadFor(Duration.ofSeconds(6));
    assertThat(failovers()).as("within the block").isOne();
    change(() -> automatics.acknowledge(herd));
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> failovers() == 2);
    assertThat(console.awaitEnd(lastJob()).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(primaryBut(second)).isNotEmpty();
  }

  /** What people see of it in the end: one job, told by whom, and nothing lost. */
  private static String loseByItself() throws Exception {
    String lost = primary();
    try (SetChecker clients = clients()) {
      long begun = System.nanoTime();
      lab.partition(lost);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(
              () -> assertThat(primaryBut(lost)).as(AutomaticFailoverTest::state).isNotEmpty());
      System.out.printf("lost until promoted: %.1f s%n", (System.nanoTime() - begun) / 1e9);
      RunRow run = console.awaitEnd(lastJob());
      String story = run.message() + "\n" + console.log(run.jobId());
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(run.message()).contains("Nothing that was acknowledged is lost");
      proveWrites(clients, story);
      assertThat(clients.lost()).as(story).isEmpty();
    } finally {
      lab.heal(lost);
    }
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !writes(lost));
    return lost;
  }

  private static void blips() {
    Random random = new Random(BLIPS);
    for (int i = 0; i < BLIPS; i++) {
      String host = primary();
      lab.partition(host);
      LockSupport.parkNanos(Duration.ofMillis(300 + random.nextInt(1_700)).toNanos());
      lab.heal(host);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  count("select count(*) from failure") == 0
                      && ask(host, "select count(*) from pg_stat_replication").equals("2"));
    }
  }

  private static void bringBack(String member) throws Exception {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !console.isBusy());
    succeed(
        "instance.rewind",
        Target.instance(console.instance(member, orders)),
        Map.of("discard", "true"));
    console.discover(orders);
  }

  private static void turnOn() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(Conflict.class)
        .until(
            () -> {
              console.discover(orders);
              change(() -> automatics.turnOn(herd));
              return true;
            });
  }

  private static void awaitDeadFor(Duration time) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                count(
                        "select count(*) from failure where verdict = 'dead' and looked_at - verdict_since > make_interval(secs => %d)"
                            .formatted(time.toSeconds()))
                    == 1);
  }

  private static void change(Runnable what) {
    Access.as(DBA, what::run);
  }

  private static void succeed(String action, Target target, Map<String, String> options) {
    RunRow run = console.awaitEnd(console.submit(action, target, options));
    assertThat(run.state())
        .as(run.message() + console.log(run.jobId()))
        .isEqualTo(RunState.SUCCEEDED);
  }

  private static long failovers() {
    return count("select count(*) from job where action = 'herd.failover'");
  }

  private static String state() {
    return console.jdbc.sql("select * from v_automatic_case").query().listOfRows()
        + "\n"
        + console
            .jdbc
            .sql("select state, message, checks::text from run order by run_id desc limit 2")
            .query()
            .listOfRows()
        + console.jdbc.sql("select * from v_automatic").query().listOfRows()
        + console.jdbc.sql("select verdict, summary, said::text from failure").query().listOfRows()
        + console
            .jdbc
            .sql("select instance_id, role, state, upstream_id from instance")
            .query()
            .listOfRows();
  }

  private static long lastJob() {
    return count("select max(job_id) from automatic_recovery");
  }

  private static long count(String sql) {
    return console.jdbc.sql(sql).query(Long.class).single();
  }

  private static String problem(String kind) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                console
                    .jdbc
                    .sql("select detail from v_problem where kind = :kind and open")
                    .param("kind", kind)
                    .query(String.class)
                    .list(),
            found -> !found.isEmpty())
        .getFirst();
  }

  private static void proveWrites(SetChecker clients, String story) {
    long begun = System.nanoTime();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(clients.allCommittedSince(begun)).as(story).isTrue());
  }

  private static SetChecker clients() throws Exception {
    return new SetChecker(
            url,
            "app",
            Objects.requireNonNull(orders.passwords().get("app")),
            Duration.ofMillis(10))
        // Only whoever ends what is stranded can let these go on.
        .givingUpAfter(Duration.ofMinutes(10))
        .start(4);
  }

  private static String primary() {
    return primaryBut("");
  }

  private static String primaryBut(String other) {
    List<String> found =
        orders.members().stream()
            .filter(m -> !m.equals(other))
            .filter(AutomaticFailoverTest::writes)
            .toList();
    assertThat(found).hasSizeLessThan(2);
    return found.isEmpty() ? "" : found.getFirst();
  }

  private static boolean writes(String host) {
    return ask(host, "select pg_is_in_recovery()").equals("f");
  }

  private static String ask(String member, String sql) {
    String port = Integer.toString(orders.port());
    return lab.execAs("postgres", member, Duration.ofSeconds(20), sql, "psql", "-XqAt", "-p", port)
        .output()
        .strip();
  }
}
