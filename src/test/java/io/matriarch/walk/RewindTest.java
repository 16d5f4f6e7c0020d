package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that went another way than their primary, rewound by real {@code pg_rewind}. */
class RewindTest {

  private static final Map<String, String> DISCARD = Map.of("discard", "true");

  private static Lab lab;
  private static LabConsole console;
  private static ConsoleProcess engine;
  private static LabHerd orders;
  private static long herd;
  private static Members members;

  private String primary = "";
  private String former = "";
  private String sibling = "";

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3");
    orders = lab.herd("orders", "db1", "db2", "db3");
    lab.sql("db1", orders, "create table forked (n int)");
    console = LabConsole.withoutEngine(lab);
    herd = console.discover(orders);
    members = new Members(lab, console, orders);
    engine = console.another();
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {engine, console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @BeforeEach
  void settled() throws Exception {
    members.awaitStreaming(2);
    console.discover(orders);
    former = members.primary();
    List<String> standbys = orders.members().stream().filter(m -> !m.equals(former)).toList();
    primary = standbys.getFirst();
    sibling = standbys.getLast();
  }

  @Test
  void one_that_has_transactions_of_its_own_is_rewound_only_if_they_may_be_lost() throws Exception {
    fork("insert into forked values (1)", "immediate");

    RunRow refused = members.run("instance.rewind", former, Map.of());

    String story = refused.message() + "\n" + console.log(refused.jobId());
    assertThat(refused.state()).as(story).isEqualTo(RunState.FAILED);
    assertThat(refused.message()).contains("does not have (1)", "Nothing of it was touched");
    assertThat(members.file(former, "standby.signal")).as("it starts read-only now").isTrue();
    assertThat(members.startConf(former)).endsWith("auto");

    RunRow done = members.run("instance.rewind", former, DISCARD);

    story = done.message() + "\n" + console.log(done.jobId());
    assertThat(done.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story).contains("transactions that it alone had and lost: 1");
    members.proveFollows(former, primary, story);
    assertThat(members.run("instance.rewind", former, DISCARD).state())
        .isEqualTo(RunState.SUCCEEDED);

    // It received what the former primary wrote past the fork.
    assertThat(lab.sql(sibling, orders, "select count(*) from forked where n = 1")).isEqualTo("1");
    RunRow other = members.run("instance.rewind", sibling, DISCARD);

    story = other.message() + "\n" + console.log(other.jobId());
    assertThat(other.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    members.proveFollows(sibling, primary, story);
    assertThat(members.run("instance.rewind", primary, DISCARD).state())
        .isEqualTo(RunState.REFUSED);
  }

  @Test
  void a_console_that_dies_in_the_middle_finds_the_rewind_that_goes_on_without_it()
      throws Exception {
    fork("insert into forked values (2)", "fast");
    holdRewinds(former);
    try {
      long job = members.submit("instance.rewind", former, DISCARD);
      awaitHeld(former, job);
      assertThat(members.startConf(former)).isEqualTo("disabled");
      engine.kill();
      engine.restart();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> console.log(job).contains("attempt 2 takes the run up"));
      release(former);
      RunRow run = console.awaitEnd(job);

      String story = run.message() + "\n" + console.log(job);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(lab.exec(former, "cat", "/tmp/rewinds").output().strip()).isEqualTo("one");
      members.proveFollows(former, primary, story);
    } finally {
      release(former);
    }
    assertThat(members.run("instance.rewind", sibling, DISCARD).state())
        .isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void one_that_died_in_the_middle_is_never_started_and_is_rebuilt() throws Exception {
    fork("insert into forked values (3)", "fast");
    holdRewinds(former);
    long job = members.submit("instance.rewind", former, DISCARD);
    awaitHeld(former, job);
    lab.exec(former, "sh", "-c", "kill -9 -$(cat %s/rebuild*orders/pid)".formatted(Members.MARKS));
    RunRow run = console.awaitEnd(job);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.message()).contains("is no cluster", "Rebuild it");
    RunRow start = members.run("instance.start", former, Map.of());
    assertThat(start.state()).as(start.message()).isEqualTo(RunState.FAILED);
    assertThat(start.message()).contains("must not be started");
    assertThat(members.run("instance.rewind", former, DISCARD).message()).contains("is no cluster");
    assertThat(members.startConf(former)).isEqualTo("disabled");

    release(former);
    RunRow rebuilt = members.run("instance.rebuild", former, Map.of());
    assertThat(rebuilt.state()).as(members.story(rebuilt)).isEqualTo(RunState.SUCCEEDED);
    members.proveFollows(former, primary, members.story(rebuilt));
    RunRow other = members.run("instance.rebuild", sibling, DISCARD);
    assertThat(other.state()).as(members.story(other)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_switch_rewinds_a_former_primary_that_something_started_again() throws Exception {
    // It is asked to follow before the former primary is.
    lab.exec(sibling, "pkill", "-STOP", "-f", ": startup");
    long job;
    try {
      job =
          console.submit(
              "herd.switchover",
              Target.herd(herd),
              Map.of("candidate", String.valueOf(console.instance(primary, orders))));
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> members.writes(primary));
      lab.exec(former, "sh", "-c", "rm %s/standby.signal".formatted(orders.dataDirectory()));
      members.ctl(former, "start");
      members.ctl(former, "stop");
    } finally {
      lab.exec(sibling, "pkill", "-CONT", "-f", ": startup");
    }
    RunRow run = console.awaitEnd(job);

    String story = run.message() + "\n" + console.log(job);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story).contains("is rewound to", "transactions that it alone had and lost: 0");
    members.proveFollows(former, primary, story);
  }

  /** The new primary is promoted while the former one goes on writing; then that is stopped. */
  private void fork(String write, String mode) throws Exception {
    lab.sql(primary, orders, "select pg_promote()");
    lab.sql(primary, orders, "checkpoint");
    lab.sql(former, orders, write);
    lab.sql(primary, orders, "insert into forked values (0)");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                members
                    .ask(
                        sibling,
                        "select pg_last_wal_replay_lsn() >= '%s'::pg_lsn"
                            .formatted(members.ask(former, "select pg_current_wal_flush_lsn()")))
                    .equals("t"));
    members.ctl(former, "stop", "-m", mode);
    for (String member : orders.members()) {
      console.report(member);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                console
                    .jdbc
                    .sql(
                        "select string_agg(state, ' ' order by instance_id = :primary desc, instance_id = :former desc) from instance")
                    .param("primary", console.instance(primary, orders))
                    .param("former", console.instance(former, orders))
                    .query(String.class)
                    .single()
                    .equals("primary stopped standby"));
  }

  /** From now on {@code pg_rewind} waits before it begins, and says that it was called. */
  private static void holdRewinds(String host) {
    String script =
        """
        bin=/usr/lib/postgresql/%s/bin/pg_rewind
        set -e
        rm -f /tmp/rewinds
        touch /tmp/hold
        [ ! -e /opt/pg_rewind.real ] || exit 0
        cp -p $bin /opt/pg_rewind.real
        cat >/opt/pg_rewind <<'END'
        #!/bin/sh
        case "$*" in *--dry-run*) ;; *) echo one >>/tmp/rewinds; while [ -e /tmp/hold ]; do sleep 0.05; done ;; esac
        exec /opt/pg_rewind.real "$@"
        END
        chmod 755 /opt/pg_rewind
        mount --bind /opt/pg_rewind $bin
        """
            .formatted(orders.version());
    assertThat(lab.exec(host, "sh", "-c", script).exitCode()).isZero();
  }

  private static void awaitHeld(String host, long job) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(lab.exec(host, "test", "-e", "/tmp/rewinds").exitCode())
                    .as(console.log(job))
                    .isZero());
  }

  private static void release(String host) {
    lab.exec(host, "rm", "-f", "/tmp/hold");
  }
}
