package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Standbys of the lab that are pointed at another member. */
class FollowTest {

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static Members members;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3");
    orders = lab.herd("orders", "db1", "db2", "db3");
    console = new LabConsole(lab);
    console.discover(orders);
    members = new Members(lab, console, orders);
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @Test
  void one_follows_another_standby_and_is_led_upwards_when_that_dies() throws Exception {
    RunRow cascade = follow("db3", "db2");
    assertThat(cascade.state()).as(members.story(cascade)).isEqualTo(RunState.SUCCEEDED);
    assertFollows("db3", "db2");
    String slot = "select string_agg(slot_name || ' ' || active, ',') from pg_replication_slots";
    assertThat(members.ask("db2", slot))
        .isEqualTo("matriarch_%d true".formatted(console.instance("db3", orders)));
    assertThat(members.ask("db1", "select count(*) from pg_replication_slots")).isEqualTo("1");

    RunRow again = follow("db3", "db2");
    assertThat(members.story(again)).contains("streams from", "already");

    lab.sql("db2", orders, "select pg_reload_conf()");
    RunRow circle = follow("db2", "db3");
    assertThat(circle.state()).isEqualTo(RunState.REFUSED);
    assertThat(circle.message()).contains("a circle receives nothing");

    lab.sql("db1", orders, "create table before_it_died (n int)");
    members.ctl("db2", "stop", "-m", "immediate");
    members.awaitKnown("db2", "stopped");
    RunRow upwards = follow("db3", "db1");
    assertThat(upwards.state()).as(members.story(upwards)).isEqualTo(RunState.SUCCEEDED);
    assertFollows("db3", "db1");
    lab.sql("db1", orders, "create table after_it_died (n int)");
    assertThat(
            lab.sql("db3", orders, "select count(*) from pg_class where relname like '%_it_died'"))
        .isEqualTo("2");

    members.ctl("db2", "start");
    members.awaitStreaming(2);
    members.awaitKnown("db2", "standby");
  }

  @Test
  void one_that_may_not_connect_there_is_left_where_it_is() throws Exception {
    members.script(
        "db2",
        "sed -i s/replication/nothing/ /etc/postgresql/%s/orders/pg_hba.conf"
            .formatted(orders.version()));
    members.ask("db2", "select pg_reload_conf()");
    String before = members.ask("db3", "select sender_host from pg_stat_wal_receiver");

    RunRow run = follow("db3", "db2");

    members.script(
        "db2",
        "sed -i s/nothing/replication/ /etc/postgresql/%s/orders/pg_hba.conf"
            .formatted(orders.version()));
    members.ask("db2", "select pg_reload_conf()");
    assertThat(run.state()).as(members.story(run)).isEqualTo(RunState.FAILED);
    assertThat(members.ask("db3", "select sender_host from pg_stat_wal_receiver"))
        .isEqualTo(before);
    assertThat(
            members.ask(
                "db2",
                "select count(*) from pg_replication_slots where slot_name like 'matriarch%'"))
        .isEqualTo("0");
  }

  @Test
  void a_slot_is_dropped_only_if_nobody_uses_it_and_no_member_is_set_to() throws Exception {
    String slots = "select count(*) from pg_replication_slots where slot_name = 'feed_1'";
    RunRow made = slot("create-slot", "feed_1", Map.of());
    assertThat(made.state()).as(members.story(made)).isEqualTo(RunState.SUCCEEDED);
    assertThat(members.ask("db1", slots + " and restart_lsn is not null")).isEqualTo("1");
    RunRow gone = slot("drop-slot", "feed_1", Map.of());
    assertThat(gone.state()).as(members.story(gone)).isEqualTo(RunState.SUCCEEDED);
    assertThat(members.ask("db1", slots)).isEqualTo("0");
    assertThat(slot("drop-slot", "feed_1", Map.of()).state()).isEqualTo(RunState.SUCCEEDED);

    String used = members.ask("db3", "select current_setting('primary_slot_name')");
    assertThat(slot("drop-slot", used, Map.of()).message())
        .contains("was not dropped: somebody receives by it");
    assertThat(slot("drop-slot", "Feed", Map.of()).state()).isEqualTo(RunState.REFUSED);
    members.ctl("db3", "stop");
    members.awaitKnown("db3", "stopped");
    assertThat(slot("drop-slot", used, Map.of()).message())
        .contains("db3 cannot be asked whether it uses the slot");
    members.ctl("db3", "start");
    members.awaitKnown("db3", "standby");
    assertFollows("db3", "db1");
  }

  private static RunRow slot(String action, String name, Map<String, String> more)
      throws Exception {
    Map<String, String> options = new java.util.HashMap<>(more);
    options.put("slot", name);
    return members.run("instance." + action, "db1", options);
  }

  private static RunRow follow(String standby, String upstream) throws Exception {
    for (String host : orders.members()) {
      console.report(host);
    }
    String id = String.valueOf(console.instance(upstream, orders));
    return members.run("instance.follow", standby, Map.of("upstream", id));
  }

  private static void assertFollows(String standby, String upstream) {
    assertThat(
            members.ask(standby, "select status || ' ' || sender_host from pg_stat_wal_receiver"))
        .isEqualTo("streaming " + lab.host(upstream).address());
  }
}
