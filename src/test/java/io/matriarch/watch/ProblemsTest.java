package io.matriarch.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.Origin;
import io.matriarch.audit.TestAudit;
import io.matriarch.database.Rows;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.TestAccess;
import io.matriarch.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each rule of v_problem_now, on rows as discovery leaves them. */
class ProblemsTest {

  private TestDatabase database;
  private JdbcClient jdbc;
  private Problems problems;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    jdbc = database.jdbc();
    problems =
        new Problems(
            jdbc,
            database.transactions(),
            TestAccess.over(database),
            TestAudit.over(database),
            Clock.systemUTC());
    run(
        """
        insert into environment (name) values ('prod');
        insert into server (name, address, environment_id)
        select n, n, e.environment_id from unnest(array['db1', 'db2', 'db3']) n, environment e;
        insert into server_report (server_id, reported_at, interval_seconds)
        select server_id, now(), 30 from server;
        insert into herd (name, environment_id, system_identifier, named_from)
        select 'orders', environment_id, '7300000000000000001', 'primary' from environment;
        insert into instance (server_id, herd_id, data_directory, port, configured_port, role, state,
                              online, timeline, write_lsn, observed_at, reported_at)
        select s.server_id, h.herd_id, '/srv/a', 5432, 5432,
               case s.name when 'db1' then 'primary' else 'standby' end,
               case s.name when 'db1' then 'primary' else 'standby' end,
               true, 3, case s.name when 'db1' then '2/A0'::pg_lsn end, now(), now()
          from server s, herd h where s.name in ('db1', 'db2');
        update instance set upstream = '{"host":"db1","port":5432,"status":"streaming"}'
         where role = 'standby'
        """);
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private void run(String statements) {
    for (String statement : statements.split(";")) {
      jdbc.sql(statement).update();
    }
  }

  private List<ProblemRow> refreshed() {
    assertThat(jdbc.sql("select refresh_problems()").query(Boolean.class).single()).isTrue();
    return problems.open(100);
  }

  private void on(String server, String change) {
    run(
        "update instance set %s where server_id = (select server_id from server where name = '%s')"
            .formatted(change, server));
  }

  private void report(String server, String change) {
    run(
        "update server_report set %s where server_id = (select server_id from server where name = '%s')"
            .formatted(change, server));
  }

  @Test
  void a_healthy_herd_has_no_problem() {
    assertThat(refreshed()).isEmpty();
    assertThat(problems.openCount()).isZero();
  }

  @Test
  void a_split_brain_names_both_with_timeline_and_position_and_ends_by_itself() {
    on("db2", "role = 'primary', state = 'primary', timeline = 4, write_lsn = '2/B0'");

    assertThat(refreshed())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo("split-brain");
              assertThat(problem.severity()).isEqualTo("critical");
              assertThat(problem.herd()).isEqualTo("orders");
              assertThat(problem.environment()).isEqualTo("prod");
              assertThat(problem.detail())
                  .contains("db1:5432 (timeline 3, 2/A0)")
                  .contains("db2:5432 (timeline 4, 2/B0)");
            });
    assertThat(problems.alarms()).hasSize(1);

    on("db2", "role = 'standby', state = 'standby', write_lsn = null");
    assertThat(refreshed()).isEmpty();
    assertThat(
            jdbc.sql("select count(*) from problem where ended_at is not null")
                .query(Long.class)
                .single())
        .isOne();
  }

  @Test
  void a_recorded_copy_is_no_split_brain() {
    on("db2", "role = 'primary', state = 'primary', timeline = 4, copy = true");

    assertThat(refreshed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stopped|the last primary, db1:5432, is stopped",
        "unreachable|the last primary, db1:5432, is unreachable",
      })
  void a_herd_without_a_primary_is_a_problem(String state, String words) {
    on("db1", "state = '" + state + "'");

    assertThat(refreshed())
        .filteredOn(p -> p.kind().equals("no-primary"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains(words));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "db2|i|upstream = '{\"host\":\"db1\",\"port\":5432,\"status\":null}'|standby-not-streaming|db2:5432 does not stream from db1:5432",
        "db2|i|state = 'unreachable', state_reason = 'hung: no answer'|instance-unreachable|hung: no answer",
        "db3|r|reported_at = now() - interval '5 minutes 1 second'|agent-silent|db3",
        "db3|r|unreachable_since = now(), unreachable_reason = 'connection refused'|server-unreachable|connection refused",
        "db3|r|host_key_alarm_at = now(), host_key_seen = 'SHA256:x'|host-key-changed|SHA256:x",
        "db3|r|refused_at = now(), refused_reason = 'wrong token'|report-refused|wrong token",
        "db3|r|clock_skew = interval '-6 seconds'|clock-skew|6 s behind",
        "db2|i|pending_restart = true|pending-restart|settings of db2:5432 were changed and wait for a restart",
        "db2|i|data_volume = '{\"path\":\"/srv\",\"totalBytes\":1000,\"freeBytes\":99}'|disk-nearly-full|/srv",
        "db2|i|slots = '[{\"name\":\"old\",\"active\":false,\"retainedBytes\":10737418241}]'|slot-retains-wal|slot old on db2:5432 keeps 10 GB of WAL and nobody reads it",
      })
  void each_kind_of_trouble_is_a_problem_and_ends_with_it(
      String server, String table, String change, String kind, String words) {
    if (table.equals("i")) {
      on(server, change);
    } else {
      report(server, change);
    }
    assertThat(refreshed())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(kind);
              assertThat(problem.detail()).contains(words);
            });
    run(
        """
        update server_report set reported_at = now(), unreachable_since = null,
               host_key_alarm_at = null, refused_at = null, clock_skew = null;
        update instance set data_volume = null, slots = '[]', state = role, pending_restart = false,
               upstream = '{"host":"db1","status":"streaming"}'
        """);
    assertThat(refreshed()).isEmpty();
  }

  @Test
  void what_an_agent_sends_as_volumes_and_slots_need_not_make_sense() {
    on(
        "db2",
        "data_volume = '{\"totalBytes\":\"much\",\"freeBytes\":[]}', wal_volume = '{\"totalBytes\":0,\"freeBytes\":0}', slots = '[7, {\"retainedBytes\":\"x\"}]', standbys = '[7]'");

    assertThat(refreshed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state = 'standby', timeline = 2, replay_lsn = '1/80', upstream = null|is on timeline 2 at 1/80, and that of the primary, 3, left it at 1/70",
        "state = 'stopped', role = 'primary', timeline = 2, checkpoint_lsn = '1/70'|left it at 1/70",
        "state = 'stopped', timeline = 5, checkpoint_lsn = '1/50'|that of the primary, 3, does not come from it",
        "state = 'standby', timeline = 2, replay_lsn = '1/70', upstream = null|",
        "state = 'stopped', role = 'primary', timeline = 2, checkpoint_lsn = '1/48'|",
        "state = 'stopped', timeline = 3, checkpoint_lsn = '9/0'|",
        "state = 'stopped', timeline = 5, checkpoint_lsn = '1/50', copy = true|",
      })
  void a_member_past_the_point_where_the_primary_left_its_timeline_has_diverged(
      String change, @Nullable String words) {
    run(
        """
        insert into herd_timeline (herd_id, timeline, forked_at)
        select herd_id, t, f::pg_lsn from herd, (values (1, '0/50'), (2, '1/70'), (3, null)) v (t, f)
        """);
    on("db2", change);

    assertThat(refreshed())
        .filteredOn(p -> p.kind().equals("diverged"))
        .extracting(ProblemRow::detail)
        .satisfies(
            details -> {
              if (words == null) {
                assertThat(details).isEmpty();
              } else {
                assertThat(details).singleElement().asString().contains(words);
              }
            });
    run("update instance set timeline = 4 where role = 'primary' and state = 'primary'");
    assertThat(refreshed())
        .as("the history is that of an earlier primary")
        .noneMatch(p -> p.kind().equals("diverged"));
  }

  @Test
  void two_clusters_configured_for_one_port_are_a_problem() {
    run(
        """
        insert into instance (server_id, herd_id, data_directory, configured_port, role, state, online)
        select server_id, herd_id, '/srv/b', 5432, 'standby', 'stopped', false from instance
         where role = 'primary'
        """);

    assertThat(refreshed())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.detail()).contains("port 5432").contains("/srv/a, /srv/b"));
  }

  @Test
  void a_problem_keeps_the_instant_when_it_was_first_seen() {
    report("db3", "unreachable_since = now(), unreachable_reason = 'first'");
    ProblemRow first = refreshed().getFirst();
    report("db3", "unreachable_reason = 'second'");
    ProblemRow later = refreshed().getFirst();

    assertThat(later.id()).isEqualTo(first.id());
    assertThat(later.firstSeen()).isEqualTo(first.firstSeen());
    assertThat(later.detail()).contains("second");
  }

  private static final Actor OPERATOR = new Actor("otto", Role.OPERATOR, Origin.SCREEN, null);
  private static final Actor DBA = new Actor("dora", Role.DBA, Origin.SCREEN, null);

  private void suppress(long id, String reason) {
    Access.as(
        DBA, () -> problems.suppress(id, Instant.now().plus(Duration.ofDays(1)), null, reason));
  }

  @Test
  void a_problem_is_suppressed_by_a_dba_with_owner_reason_and_an_end_within_90_days() {
    report("db3", "clock_skew = interval '1 minute'");
    long id = refreshed().getFirst().id();
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));

    assertThatThrownBy(
            () -> Access.as(OPERATOR, () -> problems.suppress(id, tomorrow, null, "planned")))
        .isInstanceOf(AccessRefused.class);
    assertThatThrownBy(() -> Access.as(OPERATOR, () -> problems.lift(id)))
        .isInstanceOf(AccessRefused.class);
    refused("until", () -> problems.suppress(id, Instant.EPOCH, null, "planned"));
    refused(
        "until",
        () -> problems.suppress(id, Instant.now().plus(Duration.ofDays(91)), null, "planned"));
    refused("reason", () -> problems.suppress(id, tomorrow, null, " "));
    refused("owner", () -> problems.suppress(id, tomorrow, "x".repeat(101), "planned"));
    assertThatThrownBy(() -> suppress(-1, "x")).isInstanceOf(NotFound.class);
    assertThat(problems.openCount()).isOne();

    Access.as(DBA, () -> problems.suppress(id, tomorrow, "team db", "new clock is coming"));

    assertThat(problems.openCount()).isZero();
    assertThat(problems.open(10)).isEmpty();
    ProblemRow listed = problems.listing().byKey(id).orElseThrow();
    assertThat(listed.suppressed()).isTrue();
    assertThat(listed.suppressedBy()).isEqualTo("dora");
    assertThat(listed.suppressedOwner()).isEqualTo("team db");
    assertThat(listed.suppressedReason()).isEqualTo("new clock is coming");
    Access.as(DBA, () -> problems.lift(id));
    assertThat(problems.openCount()).isOne();
    assertThat(
            jdbc.sql(
                    """
                    select action || ' ' || outcome from audit_event
                     where actor = 'dora' and outcome in ('INTENT', 'SUCCEEDED') order by id
                    """)
                .query(String.class)
                .list())
        .containsExactly(
            "problem.suppress INTENT",
            "problem.suppress SUCCEEDED",
            "problem.lift INTENT",
            "problem.lift SUCCEEDED");
  }

  private static void refused(String field, Runnable asked) {
    assertThatThrownBy(() -> Access.as(DBA, asked))
        .isInstanceOfSatisfying(InvalidField.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void a_suppression_ends_at_its_end_and_with_the_problem() {
    report("db3", "clock_skew = interval '1 minute'");
    long id = refreshed().getFirst().id();
    suppress(id, "planned");
    run("update problem set suppressed_until = now() - interval '1 s'");
    assertThat(refreshed()).hasSize(1);

    suppress(id, "planned");
    report("db3", "clock_skew = null");
    refreshed();
    report("db3", "clock_skew = interval '1 minute'");
    assertThat(refreshed()).as("the same trouble again is news").hasSize(1);
  }

  @Test
  void a_lost_node_that_flaps_stays_suppressed_until_it_is_seen_streaming() {
    on("db2", "state = 'unreachable', state_reason = 'no answer'");
    suppress(refreshed().getFirst().id(), "new disk is coming");
    String answers =
        "state = 'standby', reported_at = now(), upstream = '{\"host\":\"db1\",\"status\":null}'";

    on("db2", answers);
    assertThat(refreshed()).as("it answers, and does not stream").isEmpty();
    on("db2", "state = 'unreachable'");
    assertThat(refreshed()).as("lost again").isEmpty();
    report("db2", "reported_at = now() - interval '1 hour'");
    assertThat(refreshed()).as("its server, which has no other instance").isEmpty();
    report("db2", "reported_at = now()");
    on("db2", "state = 'standby', upstream = '{\"host\":\"db1\",\"status\":\"streaming\"}'");
    run("update instance set reported_at = clock_timestamp()");
    assertThat(refreshed()).isEmpty();

    on("db2", "state = 'unreachable'");
    assertThat(refreshed()).as("it was streaming meanwhile").hasSize(1);
  }

  @Test
  void what_was_seen_streaming_before_the_suppression_does_not_end_it() {
    on("db2", "reported_at = now() - interval '1 hour'");
    report("db2", "unreachable_since = now()");
    suppress(refreshed().getFirst().id(), "cable");
    report("db2", "unreachable_since = null");
    assertThat(refreshed()).isEmpty();
    report("db2", "unreachable_since = now()");

    assertThat(refreshed()).isEmpty();
  }

  @Test
  void lifting_counts_all_that_the_lost_node_shows() {
    on("db2", "state = 'unreachable'");
    suppress(refreshed().getFirst().id(), "cable");
    on("db2", "state = 'standby', upstream = '{\"host\":\"db1\",\"status\":null}'");
    refreshed();
    long now =
        jdbc.sql("select problem_id from problem where ended_at is null")
            .query(Long.class)
            .single();
    Access.as(DBA, () -> problems.lift(now));
    on("db2", "state = 'unreachable'");

    assertThat(refreshed()).hasSize(1);
  }

  @Test
  void a_suppressed_node_does_not_hide_its_neighbour() {
    on("db2", "state = 'unreachable'");
    suppress(refreshed().getFirst().id(), "cable");
    run(
        """
        insert into instance (server_id, herd_id, data_directory, port, role, state, state_reason)
        select server_id, herd_id, '/srv/b', 5433, 'standby', 'unreachable', 'hung' from instance where state = 'unreachable'
        """);

    assertThat(refreshed())
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("db2:5433"));
  }

  @Test
  void one_console_takes_a_turn_and_the_next_one_waits_for_the_interval() {
    Turns turns = new Turns(jdbc);

    assertThat(turns.take("probe", Duration.ofMinutes(1))).isTrue();
    assertThat(turns.take("probe", Duration.ofMinutes(1))).isFalse();
    run("update watch_turn set at = now() - interval '61 seconds' where name = 'probe'");
    assertThat(turns.take("probe", Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void a_round_probes_what_is_silent_unreachable_or_just_changed_and_nothing_else() {
    List<Long> probed = new ArrayList<>();
    ProbeRound round = new ProbeRound(jdbc, probed::addAll, new Turns(jdbc));
    run("update server set host_keys = '{ssh-ed25519 AAAA}'");
    assertThat(round.due()).isEmpty();

    report("db2", "reported_at = now() - interval '6 minutes'");
    assertThat(round.due()).containsExactly(instanceOn("db2"));
    report("db2", "reported_at = now()");
    on("db1", "changed_at = now()");
    assertThat(round.due()).containsExactly(instanceOn("db1"));
    run("update server set host_keys = '{}'");
    assertThat(round.due()).as("a server without a pinned key is never connected to").isEmpty();
    assertThat(probed).isEmpty();
  }

  private long instanceOn(String server) {
    return jdbc.sql(
            "select instance_id from instance join server using (server_id) where name = :s")
        .param("s", server)
        .query(Long.class)
        .single();
  }

  @Test
  void upkeep_drops_old_samples_and_log_lines_and_nothing_of_the_trail() {
    run(
        """
        insert into audit_event (at, actor, origin, action, outcome)
        values (now() - interval '5 years', 'x', 'system', 'y', 'SUCCEEDED');
        insert into job (action, label, plan_hash, requested_by, requested_role, origin)
        values ('a', 'b', 'c', 'd', 'operator', 'api');
        insert into job_log (job_id, at, stream, text)
        select job_id, now() - interval '91 days', 'info', 'old' from job;
        insert into job_log (job_id, at, stream, text) select job_id, now(), 'info', 'new' from job;
        insert into problem (kind, key, severity, detail, ended_at)
        values ('x', 'x', 'warning', 'x', now() - interval '91 days');
        insert into fleet_event (kind, at, detail)
        values ('found', now() - interval '91 days', 'old'), ('found', now() - interval '89 days', 'new')
        """);
    new Upkeep(jdbc, new Turns(jdbc)).run();

    assertThat(jdbc.sql("select text from job_log").query(String.class).list())
        .containsExactly("new");
    assertThat(
            jdbc.sql("select detail from fleet_event where at < now() - interval '1 day'")
                .query(String.class)
                .list())
        .containsExactly("new");
    assertThat(jdbc.sql("select count(*) from problem").query(Long.class).single()).isZero();
    assertThat(jdbc.sql("select count(*) from audit_event").query(Long.class).single()).isOne();
  }

  private Optional<Double> seconds() {
    return jdbc.sql("select lag_seconds(:standby)")
        .param("standby", instanceOn("db2"))
        .query((rs, n) -> Optional.ofNullable(Rows.doubleOf(rs, "lag_seconds")))
        .single();
  }

  @Test
  void lag_in_time_is_what_the_upstream_says_and_else_what_was_replayed_last() {
    run("update instance set upstream_id = %d where role = 'standby'".formatted(instanceOn("db1")));
    assertThat(seconds()).as("no position, no lag").isEmpty();
    on("db2", "lag_bytes = -5");
    assertThat(seconds()).contains(0.0);
    on("db2", "lag_bytes = 700");
    on(
        "db1",
        "lsn_at = now(), standbys = '[{\"clientAddress\":\"db2\",\"state\":\"streaming\",\"replayLagSeconds\":1.5}]'");
    assertThat(seconds()).contains(1.5);
    on("db2", "state = 'stopped', replayed_at = now() - interval '90 seconds'");
    assertThat(seconds())
        .as("what the upstream said before it stopped is old")
        .hasValueSatisfying(behind -> assertThat(behind).isBetween(89.0, 120.0));
    on("db2", "caught_up_at = now() - interval '30 seconds'");
    assertThat(seconds())
        .as("who had everything later is not behind since the last commit")
        .hasValueSatisfying(behind -> assertThat(behind).isBetween(29.0, 60.0));
  }

  @Test
  void the_worst_lag_of_a_day_stays_though_the_standby_catches_up() {
    on("db2", "lag_bytes = 700, replayed_at = now() - interval '9 seconds'");
    on("db1", "lsn_at = now()");
    Upkeep upkeep = new Upkeep(jdbc, new Turns(jdbc));
    upkeep.keepLag();
    on("db2", "lag_bytes = 0");
    upkeep.keepLag();

    assertThat(
            jdbc.sql(
                    "select standby_server, lag_bytes, lag_seconds, worst_lag_bytes, worst_lag_seconds from v_dr_pair")
                .query()
                .singleRow())
        .containsEntry("standby_server", "db2")
        .containsEntry("lag_bytes", 0L)
        .containsEntry("lag_seconds", 0.0)
        .containsEntry("worst_lag_bytes", 700L)
        .hasEntrySatisfying("worst_lag_seconds", s -> assertThat((Double) s).isBetween(9.0, 60.0));
  }
}
