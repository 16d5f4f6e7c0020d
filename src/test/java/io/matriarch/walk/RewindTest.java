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
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                orders.members().stream()
                        .filter(
                            m ->
                                ask(m, "select status from pg_stat_wal_receiver")
                                    .equals("streaming"))
                        .count()
                    == 2);
    console.discover(orders);
    former = orders.members().stream().filter(m -> writes(m)).findAny().orElseThrow();
    List<String> standbys = orders.members().stream().filter(m -> !m.equals(former)).toList();
    primary = standbys.getFirst();
    sibling = standbys.getLast();
  }

  @Test
  void one_that_has_transactions_of_its_own_is_rewound_only_if_they_may_be_lost() throws Exception {
    fork("insert into forked values (1)", "immediate");

    RunRow refused = run("instance.rewind", former, Map.of());

    String story = refused.message() + "\n" + console.log(refused.jobId());
    assertThat(refused.state()).as(story).isEqualTo(RunState.FAILED);
    assertThat(refused.message()).contains("does not have (1)", "Nothing of it was touched");
    assertThat(file(former, "standby.signal")).as("it starts read-only now").isTrue();
    assertThat(startConf(former)).endsWith("auto");

    RunRow done = run("instance.rewind", former, DISCARD);

    story = done.message() + "\n" + console.log(done.jobId());
    assertThat(done.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story).contains("transactions that it alone had and lost: 1");
    proveFollows(former, story);
    assertThat(run("instance.rewind", former, DISCARD).state()).isEqualTo(RunState.SUCCEEDED);

    // It received what the former primary wrote past the fork.
    assertThat(lab.sql(sibling, orders, "select count(*) from forked where n = 1")).isEqualTo("1");
    RunRow other = run("instance.rewind", sibling, DISCARD);

    story = other.message() + "\n" + console.log(other.jobId());
    assertThat(other.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    proveFollows(sibling, story);
    assertThat(run("instance.rewind", primary, DISCARD).state()).isEqualTo(RunState.REFUSED);
  }

  @Test
  void a_console_that_dies_in_the_middle_finds_the_rewind_that_goes_on_without_it()
      throws Exception {
    fork("insert into forked values (2)", "fast");
    holdRewinds(former);
    try {
      long job = submit("instance.rewind", former, DISCARD);
      awaitHeld(former, job);
      assertThat(startConf(former)).isEqualTo("disabled");
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
      proveFollows(former, story);
    } finally {
      release(former);
    }
    assertThat(run("instance.rewind", sibling, DISCARD).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void one_that_died_in_the_middle_is_never_started_and_is_to_be_rebuilt() throws Exception {
    fork("insert into forked values (3)", "fast");
    holdRewinds(former);
    long job = submit("instance.rewind", former, DISCARD);
    awaitHeld(former, job);
    String directory = "/var/lib/postgresql/.local/state/matriarch/rewind*orders";
    lab.exec(former, "sh", "-c", "kill -9 -$(cat %s/pid)".formatted(directory));
    RunRow run = console.awaitEnd(job);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.message()).contains("is unusable", "Rebuild it");
    RunRow start = run("instance.start", former, Map.of());
    assertThat(start.state()).as(start.message()).isEqualTo(RunState.FAILED);
    assertThat(start.message()).contains("must not be started");
    assertThat(run("instance.rewind", former, DISCARD).message()).contains("is unusable");
    assertThat(startConf(former)).isEqualTo("disabled");

    release(former);
    rebuild(former, directory);
    assertThat(run("instance.start", former, Map.of()).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run("instance.rewind", sibling, DISCARD).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_switch_rewinds_a_former_primary_that_something_started_again() throws Exception {
    // It is asked to follow before the former primary is.
    lab.exec(sibling, "pkill", "-STOP", "-f", "startup recovering");
    long job;
    try {
      job =
          console.submit(
              "herd.switchover",
              Target.herd(herd),
              Map.of("candidate", String.valueOf(console.instance(primary, orders))));
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> writes(primary));
      lab.exec(former, "sh", "-c", "rm %s/standby.signal".formatted(orders.dataDirectory()));
      ctl(former, "start");
      ctl(former, "stop");
    } finally {
      lab.exec(sibling, "pkill", "-CONT", "-f", "startup recovering");
    }
    RunRow run = console.awaitEnd(job);

    String story = run.message() + "\n" + console.log(job);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story).contains("is rewound to", "transactions that it alone had and lost: 0");
    proveFollows(former, story);
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
                ask(
                        sibling,
                        "select pg_last_wal_replay_lsn() >= '%s'::pg_lsn"
                            .formatted(ask(former, "select pg_current_wal_flush_lsn()")))
                    .equals("t"));
    ctl(former, "stop", "-m", mode);
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

  private static void ctl(String host, String... arguments) {
    List<String> command =
        new java.util.ArrayList<>(List.of("pg_ctlcluster", orders.version(), "orders"));
    command.addAll(List.of(arguments));
    lab.exec(host, command.toArray(String[]::new));
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

  private void rebuild(String host, String directory) {
    String script =
        """
        rm -rf %1$s/* %2$s
        echo auto >/etc/postgresql/%3$s/orders/start.conf
        exec pg_basebackup -D %1$s -R -d 'host=%4$s port=%5$d user=replicator application_name=%6$s' -c fast
        """
            .formatted(
                orders.dataDirectory(),
                directory,
                orders.version(),
                lab.host(primary).address(),
                orders.port(),
                host);
    assertThat(
            lab.execAs("postgres", host, Duration.ofMinutes(1), "", "sh", "-c", script).exitCode())
        .isZero();
    ctl(host, "start");
  }

  private void proveFollows(String host, String story) throws Exception {
    assertThat(ask(host, "select status from pg_stat_wal_receiver"))
        .as(story)
        .isEqualTo("streaming");
    assertThat(ask(host, "select sender_host from pg_stat_wal_receiver"))
        .as(story)
        .isEqualTo(lab.host(primary).address());
    assertThat(file(host, "standby.signal")).isTrue();
    assertThat(startConf(host)).endsWith("auto");
    assertThat(
            lab.exec(host, "sh", "-c", "ls -A /var/lib/postgresql/.local/state/matriarch").output())
        .doesNotContain("rewind");
    assertThat(lab.exec(host, "sh", "-c", "ls %s".formatted(orders.dataDirectory())).output())
        .doesNotContain("matriarch.");
  }

  private static boolean file(String host, String name) {
    return lab.exec(host, "test", "-e", orders.dataDirectory() + "/" + name).exitCode() == 0;
  }

  private static String startConf(String host) {
    return lab.exec(host, "cat", "/etc/postgresql/%s/orders/start.conf".formatted(orders.version()))
        .output()
        .strip();
  }

  private RunRow run(String action, String host, Map<String, String> options) {
    return console.awaitEnd(submit(action, host, options));
  }

  private static long submit(String action, String host, Map<String, String> options) {
    return console.submit(action, Target.instance(console.instance(host, orders)), options);
  }

  private static boolean writes(String member) {
    return ask(member, "select pg_is_in_recovery()").equals("f");
  }

  /** What a member answers; empty if it does not. */
  private static String ask(String member, String sql) {
    String port = Integer.toString(orders.port());
    return lab.execAs("postgres", member, Duration.ofSeconds(20), sql, "psql", "-XqAt", "-p", port)
        .output()
        .strip();
  }
}
