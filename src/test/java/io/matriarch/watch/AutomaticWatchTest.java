package io.matriarch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which lost primaries are replaced with nobody asking, on rows as the looks leave them. */
class AutomaticWatchTest {

  private final List<Long> begun = new CopyOnWriteArrayList<>();
  private TestDatabase database;
  private JdbcClient jdbc;
  private AutomaticWatch watch;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    jdbc = database.jdbc();
    watch = console();
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private AutomaticWatch console() {
    return new AutomaticWatch(jdbc, database.transactions(), this::begin, new Turns(jdbc));
  }

  private long begin(long herd) {
    begun.add(herd);
    return jdbc.sql(
            """
            with j as (
              insert into job (action, label, options, plan_hash, requested_by, requested_role, origin)
              values ('herd.failover', 'Fail over', '{}', 'x', 'automatic failover', 'dba', 'system') returning job_id),
            r as (
              insert into run (job_id, ordinal, target_kind, target_id, target_name, herd_id, plan, plan_hash)
              select job_id, 0, 'HERD', :herd, 'herd', :herd, '{}', 'x' from j)
            select job_id from j
            """)
        .param("herd", herd)
        .query(Long.class)
        .single();
  }

  /** All primaries are dead for so long; each herd fails over by itself if that is safe. */
  private void herds(int count, String lasted) {
    jdbc.sql(
            """
            with s as (
              insert into server (name, address) select 'db' || n, 'db' || n from generate_series(1, :count) n returning server_id, name),
            h as (
              insert into herd (name) select 'herd' || n from generate_series(1, :count) n returning herd_id, name),
            a as (insert into automatic_failover (herd_id, turned_on_by) select herd_id, 'dora' from h),
            i as (
              insert into instance (server_id, herd_id, data_directory, role, state)
              select server_id, herd_id, '/srv/a', 'primary', 'unreachable'
                from s join h on substr(s.name, 3) = substr(h.name, 5) returning herd_id, instance_id)
            insert into failure (herd_id, primary_id, verdict, summary, said, since, verdict_since, looked_at)
            select herd_id, instance_id, 'dead', 'neither this console nor db0 reaches it', '[]',
                   now() - :lasted::interval, now() - :lasted::interval, now() from i
            """)
        .param("count", count)
        .param("lasted", lasted)
        .update();
  }

  private void ended(String state, boolean past) {
    jdbc.sql(
            """
            update run set state = :state, past_point = :past, started_at = now() - interval '20 s',
                           ended_at = now() - interval '15 s'
             where state = 'QUEUED'
            """)
        .param("state", state)
        .param("past", past)
        .update();
  }

  private List<String> problems(String kind) {
    jdbc.sql("select refresh_problems()").query((rs, n) -> n).list();
    return jdbc.sql("select detail from v_problem where kind = :kind and open")
        .param("kind", kind)
        .query(String.class)
        .list();
  }

  @Test
  void one_that_is_dead_is_replaced_once_however_many_consoles_look() throws Exception {
    herds(1, "5 seconds");
    AutomaticWatch other = console();
    Thread beside = Thread.ofVirtual().start(other::look);
    watch.look();
    beside.join();
    watch.look();

    assertThat(begun).hasSize(1);
  }

  @Test
  void one_that_is_dead_for_a_moment_is_waited_for() {
    herds(1, "2 seconds");
    watch.look();

    assertThat(begun).isEmpty();
  }

  @Test
  void a_second_failure_within_the_block_is_left_to_people_until_somebody_has_seen_the_first() {
    herds(1, "5 seconds");
    watch.look();
    ended("SUCCEEDED", true);
    jdbc.sql("update failure set since = now() - interval '5 s'").update();
    watch.look();

    assertThat(begun).hasSize(1);
    assertThat(problems("automatic-failover"))
        .singleElement()
        .satisfies(
            detail -> assertThat(detail).contains("failed over by itself", "acknowledge it"));

    jdbc.sql("update automatic_recovery set acknowledged_at = now(), acknowledged_by = 'dora'")
        .update();
    watch.look();

    assertThat(begun).hasSize(2);
    assertThat(problems("automatic-failover")).hasSize(1);
  }

  @Test
  void the_block_is_over_after_a_while() {
    herds(1, "5 seconds");
    watch.look();
    ended("SUCCEEDED", true);
    jdbc.sql("update automatic_recovery set decided_at = now() - interval '61 minutes'").update();
    watch.look();

    assertThat(begun).hasSize(2);
  }

  @Test
  void what_changed_nothing_is_tried_again_but_not_for_ever() {
    herds(1, "1 minute");
    for (int i = 0; i < 5; i++) {
      watch.look();
      ended(i % 2 == 0 ? "REFUSED" : "FAILED", false);
    }

    assertThat(begun).hasSize(3);
  }

  @Test
  void one_that_failed_past_the_point_or_left_something_is_for_a_person() {
    herds(1, "1 minute");
    watch.look();
    ended("FAILED_UNCLEAN", false);
    watch.look();

    assertThat(begun).hasSize(1);
  }

  /** Scenario 39. */
  @Test
  void many_that_fail_at_once_pull_the_brake_and_nothing_is_done() {
    herds(200, "5 seconds");
    watch.look();
    watch.look();

    assertThat(begun).isEmpty();
    assertThat(problems("automatic-brake"))
        .singleElement()
        .satisfies(
            detail ->
                assertThat(detail).contains("200 herds lost their primary within 10 minutes"));

    jdbc.sql("update automatic_brake set released_at = now(), released_by = 'dora'").update();
    assertThat(problems("automatic-brake")).isEmpty();
    watch.look();
    watch.look();

    assertThat(begun).as("and then too many again").hasSize(6);
    assertThat(problems("automatic-brake")).hasSize(1);
  }

  @Test
  void those_that_may_be_alive_count_for_the_brake_too() {
    herds(6, "5 seconds");
    jdbc.sql(
            """
            update failure set verdict = 'unreachable'
             where herd_id <> (select min(herd_id) from failure)
            """)
        .update();
    watch.look();

    assertThat(begun).isEmpty();
    assertThat(problems("automatic-brake")).hasSize(1);
  }
}
