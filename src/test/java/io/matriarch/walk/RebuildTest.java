package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A standby that cannot follow any more, made one again by a real {@code pg_basebackup}. */
class RebuildTest {

  private static final Map<String, String> SLOWLY = Map.of("method", "base-backup", "maxRate", "1");

  private static Lab lab;
  private static LabConsole console;
  private static ConsoleProcess engine;
  private static LabHerd orders;
  private static Members members;
  private static String data;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3");
    orders = lab.herd("orders", "db1", "db2", "db3");
    data = orders.dataDirectory();
    console = LabConsole.withoutEngine(lab);
    console.discover(orders);
    members = new Members(lab, console, orders);
    for (String member : orders.members()) {
      lab.exec(
          member, "install", "-d", "-o", "postgres", "-m", "700", "/srv/elsewhere", "/srv/wal");
    }
    lab.sql("db1", orders, "create tablespace elsewhere location '/srv/elsewhere'");
    lab.sql("db1", orders, "create table far (n int) tablespace elsewhere");
    lab.sql("db1", orders, "insert into far select generate_series(1, 1000)");
    // Over the network it is compressed, and only what cannot be takes its time.
    lab.sql(
        "db1",
        orders,
        "create table noise as select md5(n::text) from generate_series(1, 400000) n");
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
  }

  @Test
  void one_whose_wal_is_gone_is_copied_with_its_tablespace_and_directory_of_wal() throws Exception {
    members.ctl("db3", "stop");
    members.script(
        "db3",
        "mv %1$s/pg_wal/* /srv/wal; rmdir %1$s/pg_wal; ln -s /srv/wal %1$s/pg_wal".formatted(data));
    members.ctl("db3", "start");
    members.awaitStreaming(2);
    members.ctl("db3", "stop");
    members.script("db3", "echo mine >%s/conf.d.note".formatted(data));
    loseWal("db3");
    members.awaitKnown("db3", "stopped");

    RunRow run = members.run("instance.rebuild", "db3", Map.of());

    String story = members.story(run);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story)
        .contains("It does not follow as it is", "has nothing that a rewind would take back");
    members.proveFollows("db3", "db1", story);
    assertThat(
            members.ask(
                "db1",
                "select string_agg(slot_name, ' ') from pg_replication_slots where not active"))
        .as("no slot keeps WAL for nobody")
        .isEmpty();
    Awaitility.await()
        .until(() -> lab.sql("db3", orders, "select count(*) from far").equals("1000"));
    assertThat(
            members.script(
                "db3",
                "readlink %1$s/pg_wal; readlink %1$s/pg_tblspc/*; cat %1$s/conf.d.note"
                    .formatted(data)))
        .isEqualTo("/srv/wal\n/srv/elsewhere\nmine");
    assertThat(members.script("db3", "ls /srv/wal /srv/elsewhere")).doesNotContain("matriarch");
  }

  @Test
  void one_that_cannot_be_rewound_is_copied_once_its_transactions_may_be_lost() throws Exception {
    goOwnWay("db2");
    lab.sql("db1", orders, "alter role rewind nologin");
    try {
      RunRow run = members.run("instance.rebuild", "db2", Map.of("discard", "true"));

      String story = members.story(run);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(story)
          .contains(
              "cannot follow as it is", "It was not rewound: No role on", "pg_read_binary_file");
      members.proveFollows("db2", "db1", story);
    } finally {
      lab.sql("db1", orders, "alter role rewind login");
    }
  }

  @Test
  void one_that_went_its_own_way_keeps_its_data_unless_that_may_be_lost() throws Exception {
    goOwnWay("db2");

    RunRow refused = members.run("instance.rebuild", "db2", Map.of());

    assertThat(refused.state()).as(members.story(refused)).isEqualTo(RunState.FAILED);
    assertThat(refused.message())
        .contains("may have transactions that", "Its data was not touched");
    assertThat(members.file("db2", "standby.signal")).as("it starts read-only now").isTrue();
    assertThat(members.startConf("db2")).endsWith("auto");

    RunRow kept =
        members.run("instance.rebuild", "db2", Map.of("method", "base-backup", "old", "keep"));

    String story = members.story(kept);
    assertThat(kept.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    members.proveFollows("db2", "db1", story);
    String old = "%s.matriarch.old-run-%d".formatted(data, kept.id());
    assertThat(members.script("db2", "ls %s".formatted(old)))
        .contains("PG_VERSION", "standby.signal");
    assertThat(members.script("db2", "readlink %s/pg_tblspc/*".formatted(old)))
        .as("what is kept has a tablespace of its own")
        .isEqualTo("/srv/elsewhere/matriarch.old-run-%d".formatted(kept.id()));
    members.script("db2", "rm -r %s /srv/elsewhere/matriarch.old*".formatted(old));
  }

  @Test
  void a_console_that_dies_finds_the_base_backup_that_goes_on_without_it() throws Exception {
    long job = members.submit("instance.rebuild", "db3", SLOWLY);
    awaitCopying(job);
    engine.kill();
    engine.restart();
    RunRow run = console.awaitEnd(job);

    String story = members.story(run);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(story).contains("attempt 2 takes the run up");
    assertThat(story.split("matriarch-rebuild prepare", -1)).as(story).hasSize(2);
    members.proveFollows("db3", "db1", story);
  }

  @Test
  void one_that_is_cancelled_is_as_it_was_and_its_source_in_no_backup() throws Exception {
    long job = members.submit("instance.rebuild", "db3", SLOWLY);
    awaitCopying(job);
    console.cancel(job);
    RunRow run = console.awaitEnd(job);

    assertThat(run.state()).as(members.story(run)).isEqualTo(RunState.CANCELLED);
    assertThat(run.message()).contains("the old data of", "was not touched").as(members.story(run));
    assertThat(members.ask("db1", "select count(*) from pg_stat_progress_basebackup"))
        .isEqualTo("0");
    assertThat(members.script("db3", "ls %s /srv/elsewhere".formatted(data)))
        .doesNotContain("matriarch.new");
    RunRow again = members.run("instance.rebuild", "db3", Map.of());
    assertThat(again.state()).as(members.story(again)).isEqualTo(RunState.SUCCEEDED);
    assertThat(members.story(again)).doesNotContain("matriarch.new");
    members.proveFollows("db3", "db1", members.story(again));
  }

  @Test
  void what_is_no_member_is_not_replaced_and_what_is_half_replaced_not_started() throws Exception {
    members.ctl("db3", "stop");
    members.script(
        "db3",
        "mkdir /srv/wal/aside; mv %s/* /srv/wal/aside; echo other >%s/letter"
            .formatted(data, data));
    for (String member : orders.members()) {
      console.report(member);
    }

    RunRow foreign = members.run("instance.rebuild", "db3", Map.of("method", "base-backup"));

    assertThat(foreign.state()).as(members.story(foreign)).isEqualTo(RunState.FAILED);
    assertThat(foreign.message()).contains("is not empty, and what lies in it is no member");
    assertThat(members.script("db3", "cat %s/letter; rm %s/letter".formatted(data, data)))
        .isEqualTo("other");

    // A file of that name is in the way of what is put aside.
    members.script(
        "db3",
        "mv /srv/wal/aside/* %1$s; rmdir /srv/wal/aside; : >%1$s/matriarch.old".formatted(data));
    RunRow half = members.run("instance.rebuild", "db3", Map.of("method", "base-backup"));

    assertThat(half.state()).as(members.story(half)).isEqualTo(RunState.FAILED);
    assertThat(half.message()).contains("is no cluster now", "cannot be put aside");
    RunRow start = members.run("instance.start", "db3", Map.of());
    assertThat(start.message()).contains("must not be started");
    assertThat(members.startConf("db3")).isEqualTo("disabled");

    members.script("db3", "rm %s/matriarch.old".formatted(data));
    RunRow done = members.run("instance.rebuild", "db3", Map.of());
    assertThat(done.state()).as(members.story(done)).isEqualTo(RunState.SUCCEEDED);
    members.proveFollows("db3", "db1", members.story(done));
    assertThat(members.run("instance.rebuild", "db1", Map.of()).state())
        .isEqualTo(RunState.REFUSED);
  }

  @Test
  void where_there_is_no_room_for_both_the_old_data_goes_first_only_if_that_is_said()
      throws Exception {
    members.ctl("db2", "stop");
    String script =
        """
        set -e
        kilobytes=$(du -sk %1$s | cut -f1)
        mv %1$s %1$s.moved
        install -d -o postgres -m 700 %1$s
        mount -t tmpfs -o size=$((kilobytes + 150000))k,mode=700,uid=$(id -u postgres) tmpfs %1$s
        mv %1$s.moved/* %1$s/
        dd if=/dev/zero of=%1$s/ballast bs=1M count=60
        """
            .formatted(data);
    assertThat(lab.exec("db2", "sh", "-c", script).exitCode()).isZero();
    members.awaitKnown("db2", "stopped");

    RunRow refused = members.run("instance.rebuild", "db2", Map.of("method", "base-backup"));

    assertThat(refused.state()).as(members.story(refused)).isEqualTo(RunState.FAILED);
    assertThat(refused.message()).contains("there is no room", "MB are needed", "was not touched");

    RunRow done =
        members.run("instance.rebuild", "db2", Map.of("method", "base-backup", "old", "first"));

    assertThat(done.state()).as(members.story(done)).isEqualTo(RunState.SUCCEEDED);
    members.proveFollows("db2", "db1", members.story(done));

    // What an earlier rebuild has left is nobody's to throw away.
    members.script(
        "db2", "mkdir %1$s/matriarch.old; echo older >%1$s/matriarch.old/note".formatted(data));
    RunRow again =
        members.run("instance.rebuild", "db2", Map.of("method", "base-backup", "old", "first"));
    assertThat(again.state()).as(members.story(again)).isEqualTo(RunState.SUCCEEDED);
    String left = "%s/matriarch.old-found-by-run-%d".formatted(data, again.id());
    assertThat(members.script("db2", "cat %1$s/note; rm -r %1$s".formatted(left)))
        .isEqualTo("older");
  }

  private static void goOwnWay(String host) throws Exception {
    members.ask(host, "select pg_promote()");
    members.ask(host, "create table own as select 1 as n");
    members.ask(host, "checkpoint");
    members.ctl(host, "stop");
    members.awaitKnown(host, "stopped");
  }

  /** The primary has it no more, and keeps none for a stopped standby. */
  private static void loseWal(String standby) throws Exception {
    String slot =
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active";
    lab.sql("db1", orders, slot);
    for (int i = 0; i < 3; i++) {
      lab.sql("db1", orders, "create table filler as select generate_series(1, 200000) as n");
      lab.sql("db1", orders, "drop table filler");
      lab.sql("db1", orders, "select pg_switch_wal()");
      lab.sql("db1", orders, "checkpoint");
    }
  }

  private static void awaitCopying(long job) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(
                        console
                            .jdbc
                            .sql(
                                "select coalesce(max((progress ->> 'done')::bigint), 0) from run_step join run using (run_id) where job_id = :job")
                            .param("job", job)
                            .query(Long.class)
                            .single())
                    .as(console.log(job))
                    .isPositive());
  }
}
