package io.matriarch.job;

import static io.matriarch.job.EngineFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ExecutorTest {

  private EngineFixture engine;
  private long herd;

  @BeforeEach
  void start() {
    engine = new EngineFixture();
    herd = engine.herd("orders");
  }

  @AfterEach
  void stop() throws Exception {
    engine.close();
  }

  private long submitPoint() {
    return engine.submit(JobRequest.of("test.point", List.of(Target.herd(herd)), Map.of()));
  }

  @Test
  void a_run_without_trouble_runs_its_steps_then_the_cleanups_that_always_run_last_first() {
    long job = engine.submit(say(Target.herd(herd)));

    engine.work("a");

    assertThat(engine.said).containsExactly("one", "two", "three", "always two", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.outcomes(job)).containsExactly("SUCCEEDED");
    assertThat(engine.jdbc.sql("select count(*) from herd_lock").query(Long.class).single())
        .isZero();
  }

  @Test
  void a_failing_step_undoes_what_began_last_first_and_its_own_too() {
    engine.failAt = "two";
    long job = engine.submit(say(Target.herd(herd)));

    engine.work("a");

    assertThat(engine.said)
        .containsExactly("one", "two failed", "undo two", "always two", "undo one", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
    assertThat(engine.run(job).message()).contains("no voice");
    assertThat(engine.outcomes(job)).containsExactly("FAILED");
  }

  @Test
  void a_cleanup_that_fails_does_not_stop_the_others_and_is_named() {
    engine.failAt = "undo two";
    long job = engine.submit(say(Target.herd(herd)));
    engine.onSay =
        () -> {
          if (engine.said.contains("one") && engine.said.size() == 1) {
            engine.failAt = "two";
          } else if (engine.said.contains("two failed")) {
            engine.failAt = "undo two";
          }
        };

    engine.work("a");

    assertThat(engine.said)
        .containsExactly(
            "one", "two failed", "undo two failed", "always two", "undo one", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED_UNCLEAN);
    assertThat(engine.run(job).message()).contains("Left undone: say undo two");
  }

  @Test
  void past_the_point_a_failure_undoes_nothing_and_stops_only_what_needs_it() {
    engine.failAt = "three";
    long job = submitPoint();

    engine.work("a");

    assertThat(engine.said)
        .containsExactly("one", "two", "three failed", "beside", "always two", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
    assertThat(engine.run(job).remainder()).containsExactly("say three", "say after three");
    assertThat(engine.run(job).pastPoint()).isTrue();
  }

  @Test
  void a_cleanup_that_finds_only_the_way_forward_leads_past_the_point() {
    long job = submitPoint();
    engine.failAt = "two";
    engine.onlyForwardAt = "undo two";

    engine.work("a");

    assertThat(engine.said)
        .containsExactly(
            "one",
            "two failed",
            "undo two failed",
            "three",
            "beside",
            "after three",
            "always two",
            "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
    assertThat(engine.run(job).pastPoint()).isTrue();
    assertThat(engine.run(job).remainder()).isEmpty();
    assertThat(engine.run(job).message()).contains("Saying two").contains("Only forward.");
  }

  @Test
  void who_takes_over_a_run_that_went_forward_goes_on_past_the_point() {
    long job = submitPoint();
    engine.failAt = "two";
    engine.onlyForwardAt = "undo two";
    engine.dieAt = "beside";
    JdbcRuns first = engine.runs("a");
    engine.execute(first, first.claim(1).getFirst());
    engine.dieAt = null;
    engine.said.clear();
    JdbcRuns again = engine.runs("a");

    engine.execute(again, again.takeOver(java.util.Set.of(), true).getFirst());

    assertThat(engine.said).startsWith("beside", "after three").doesNotContain("two", "undo one");
    assertThat(engine.run(job).pastPoint()).isTrue();
  }

  @Test
  void what_changed_since_the_confirmation_is_refused_and_nothing_is_done() {
    long job = engine.submit(say(Target.herd(herd)));
    engine
        .jdbc
        .sql("update herd set tags = '{louder}' where herd_id = :id")
        .param("id", herd)
        .update();

    engine.work("a");

    assertThat(engine.said).isEmpty();
    assertThat(engine.state(job)).isEqualTo(RunState.REFUSED);
    assertThat(engine.run(job).message()).contains("changed since you confirmed");
  }

  @Test
  void a_check_that_fails_at_the_run_refuses_and_says_why() {
    long job = engine.submit(say(Target.herd(herd)));
    engine
        .jdbc
        .sql("update herd set tags = '{closed}' where herd_id = :id")
        .param("id", herd)
        .update();

    engine.work("a");

    assertThat(engine.said).isEmpty();
    assertThat(engine.run(job).message()).contains("it is closed. Open it.");
  }

  @ParameterizedTest
  @CsvSource({
    "one, 'undo one|always one'",
    "two, 'one|undo two|always two|undo one|always one'",
    "three, 'one|two|undo three|undo two|always two|undo one|always one'"
  })
  void a_console_that_dies_before_the_point_leaves_cleanups_that_the_next_one_runs(
      String word, String after) {
    engine.dieAt = word;
    long job = engine.submit(say(Target.herd(herd)));
    engine.work("a");
    engine.dieAt = null;

    JdbcRuns next = engine.runs("a");
    next.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(next, run));

    engine.said.remove("(died)");
    assertThat(engine.said).containsExactly(after.split("\\|"));
    assertThat(engine.state(job)).isEqualTo(RunState.INTERRUPTED);
    assertThat(engine.run(job).attempt()).isEqualTo(2);
    assertThat(engine.told).hasSize(1);
    assertThat(engine.outcomes(job)).containsExactly("INTERRUPTED");
    assertThat(engine.jdbc.sql("select count(*) from herd_lock").query(Long.class).single())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"undo two", "always one"})
  void a_run_that_is_taken_over_twice_was_interrupted_and_did_not_fail(String word) {
    engine.dieAt = "two";
    long job = engine.submit(say(Target.herd(herd)));
    engine.work("a");
    engine.dieAt = word;
    JdbcRuns second = engine.runs("a");
    second.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(second, run));
    engine.dieAt = null;
    JdbcRuns third = engine.runs("a");
    third.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(third, run));

    assertThat(engine.run(job).attempt()).isEqualTo(3);
    assertThat(engine.state(job)).isEqualTo(RunState.INTERRUPTED);
    assertThat(engine.run(job).message()).contains("stopped in the middle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"three", "beside", "after three"})
  void a_console_that_dies_past_the_point_is_rolled_forward(String word) {
    engine.dieAt = word;
    long job = submitPoint();
    engine.work("a");
    engine.dieAt = null;

    JdbcRuns next = engine.runs("a");
    next.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(next, run));

    assertThat(engine.said)
        .contains("three", "beside", "after three")
        .doesNotContain("undo three", "undo two", "undo one")
        .endsWith("always two", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"undo two", "always two", "undo one", "always one"})
  void a_console_that_dies_in_its_cleanups_is_cleaned_up_once_more_from_there(String word) {
    long job = engine.submit(say(Target.herd(herd)));
    engine.onSay = () -> engine.failAt = engine.said.equals(List.of("one")) ? "two" : null;
    engine.dieAt = word;
    engine.work("a");
    engine.dieAt = null;
    engine.said.clear();
    engine.onSay = () -> {};

    JdbcRuns next = engine.runs("a");
    next.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(next, run));

    List<String> all = List.of("undo two", "always two", "undo one", "always one");
    assertThat(engine.said).containsExactlyElementsOf(all.subList(all.indexOf(word), all.size()));
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
    assertThat(engine.run(job).message()).contains("no voice");
  }

  @Test
  void a_host_that_cannot_be_told_of_the_take_over_ends_the_run_unclean_and_nothing_is_sent() {
    engine.dieAt = "two";
    long job = engine.submit(say(Target.herd(herd)));
    engine.work("a");
    engine.saidAndForget();
    engine.untellable = "db3 does not answer";

    JdbcRuns next = engine.runs("a");
    next.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(next, run));

    assertThat(engine.said).isEmpty();
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED_UNCLEAN);
    assertThat(engine.run(job).message()).contains("db3 does not answer");
  }

  @Test
  void a_console_that_wakes_after_a_take_over_writes_nothing_and_sends_nothing() {
    long job = engine.submit(say(Target.herd(herd)));
    JdbcRuns first = engine.runs("a");
    Owned frozen = first.claim(1).getFirst();
    engine.jdbc.sql("update run set heartbeat = now() - interval '1 minute'").update();
    JdbcRuns second = engine.runs("b");
    second.takeOver(java.util.Set.of(), false).forEach(run -> engine.execute(second, run));
    assertThat(engine.state(job)).isEqualTo(RunState.INTERRUPTED);
    engine.saidAndForget();

    engine.execute(first, frozen);

    assertThat(engine.said).isEmpty();
    assertThat(engine.run(job).state()).isEqualTo(RunState.INTERRUPTED);
    assertThat(first.heartbeat(List.of(frozen))).isEmpty();
  }

  @Test
  void a_lapsed_lease_stops_the_run_before_the_next_command() {
    engine.submit(say(Target.herd(herd)));
    JdbcRuns runs = engine.runs("a");
    Owned run = runs.claim(1).getFirst();
    Lease lapsed = new Lease(java.time.Duration.ZERO, System::nanoTime, System.nanoTime());

    engine.executor(runs).execute(run, lapsed, new RunJournal(java.time.Clock.systemUTC()));

    assertThat(engine.said).isEmpty();
    assertThat(engine.run(run.jobId()).state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void a_target_that_was_deleted_meanwhile_is_refused() {
    long server = engine.server("gone");
    long job = engine.submit(say(Target.server(server)));
    engine.jdbc.sql("delete from server where server_id = :id").param("id", server).update();

    engine.work("a");

    assertThat(engine.said).isEmpty();
    assertThat(engine.state(job)).isEqualTo(RunState.REFUSED);
    assertThat(engine.run(job).message()).contains("gone is no longer in the inventory");
  }

  @Test
  void a_run_whose_database_failed_is_left_to_be_taken_over_not_ended() {
    long job = engine.submit(say(Target.herd(herd)));
    engine.onSay =
        () -> {
          if (engine.said.equals(List.of("one"))) {
            throw new org.springframework.dao.DataAccessResourceFailureException("connection lost");
          }
        };
    engine.work("a");
    assertThat(engine.run(job).state()).isEqualTo(RunState.RUNNING);
    engine.onSay = () -> {};
    engine.saidAndForget();

    JdbcRuns next = engine.runs("a");
    next.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(next, run));

    assertThat(engine.said).containsExactly("undo two", "always two", "undo one", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.INTERRUPTED);
  }

  private long submitLead() {
    return engine.submit(JobRequest.of("test.lead", List.of(Target.herd(herd)), Map.of()));
  }

  /** Our database goes away just when that word is about to be said. */
  private EngineFixture.AwayRuns awayFrom(String first) {
    EngineFixture.AwayRuns away = engine.new AwayRuns(engine.runs("a"));
    engine.beforeSaying = word -> away.away |= word.equals(first);
    return away;
  }

  @ParameterizedTest
  @CsvSource({
    "promote, 'pause|promote|lead', 'promote|publish|lead|follow|resume'",
    "publish, 'pause|promote|publish|lead', 'publish|lead|follow|resume'"
  })
  void what_clients_wait_for_is_done_without_our_database_and_nothing_else(
      String from, String alone, String after) {
    long job = submitLead();
    EngineFixture.AwayRuns away = awayFrom(from);
    Owned run = away.proxy().claim(1).getFirst();

    engine.execute(away.proxy(), run);

    assertThat(engine.saidAndForget()).containsExactly(alone.split("\\|"));
    assertThat(engine.run(job).state()).isEqualTo(RunState.RUNNING);
    assertThat(announced(job)).containsExactly("1", "3");

    JdbcRuns next = engine.runs("a");
    engine.localLog.reconcile(next);
    next.takeOver(java.util.Set.of(), true).forEach(r -> engine.execute(next, r));

    assertThat(engine.said).containsExactly(after.split("\\|"));
    assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.log(job, 0, ""))
        .extracting(LogLine::text)
        .contains("say lead")
        .anyMatch(t -> t.contains("Attempt 1 did this while our own database did not answer"))
        .anyMatch(t -> t.contains("connection refused"));
    assertThat(engine.outcomes(job)).containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED");
  }

  private List<String> announced(long job) {
    return engine
        .jdbc
        .sql(
            """
            select detail ->> 'step' from audit_event
            where outcome = 'INTENT' and (detail ->> 'job')::bigint = :job and detail ? 'partOf' order by id
            """
                .replace("detail ? 'partOf'", "jsonb_exists(detail, 'partOf')"))
        .param("job", job)
        .query(String.class)
        .list();
  }

  @Test
  void a_database_that_fails_before_the_point_stops_the_run_where_it_is() {
    long job = submitLead();
    EngineFixture.AwayRuns away = awayFrom("pause");

    engine.execute(away.proxy(), away.proxy().claim(1).getFirst());

    assertThat(engine.said).containsExactly("pause");
    assertThat(engine.run(job).pastPoint()).isFalse();
    assertThat(engine.run(job).state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void without_our_database_nothing_follows_a_step_that_clients_waited_for_and_that_failed() {
    long job = submitLead();
    EngineFixture.AwayRuns away = awayFrom("promote");
    engine.failAt = "promote";

    engine.execute(away.proxy(), away.proxy().claim(1).getFirst());

    assertThat(engine.said).containsExactly("pause", "promote failed");
    assertThat(engine.run(job).state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void who_lost_its_run_does_not_go_on_alone() {
    submitLead();
    EngineFixture.AwayRuns away = awayFrom("promote");
    Owned run = away.proxy().claim(1).getFirst();
    Lease lease = EngineFixture.lease();
    engine.onSay =
        () -> {
          if (engine.said.contains("promote") || away.away) {
            lease.lose();
          }
        };

    engine.executor(away.proxy()).execute(run, lease, new RunJournal(java.time.Clock.systemUTC()));

    assertThat(engine.said).containsExactly("pause", "promote");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pause", "promote", "lead", "follow"})
  void whatever_became_of_a_run_that_held_clients_the_next_one_may(String failing)
      throws Exception {
    engine.failAt = failing;
    submitLead();
    engine.beforeSaying =
        word -> {
          if (word.equals("follow")) {
            enterGateNow();
          }
        };

    engine.work("a");

    enterGateNow();
  }

  /** Hangs if somebody is inside. */
  private void enterGateNow() {
    try {
      engine.gate.enter();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    engine.gate.leave();
  }

  @Test
  void a_cancelled_run_stops_at_the_next_safe_point_and_cleans_up() {
    long job = engine.submit(say(Target.herd(herd)));
    engine.onSay =
        () -> {
          if (engine.said.equals(List.of("one"))) {
            io.matriarch.security.Access.as(
                EngineFixture.OTTO,
                () -> {
                  engine.jobs.cancel(job);
                });
          }
        };

    engine.work("a");

    assertThat(engine.said)
        .containsExactly("one", "two", "undo two", "always two", "undo one", "always one");
    assertThat(engine.state(job)).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void a_plan_that_this_version_cannot_read_ends_unclean_when_it_was_running() {
    engine.dieAt = "two";
    long job = engine.submit(say(Target.herd(herd)));
    engine.work("a");
    engine.jdbc.sql("update run set plan = replace(plan::text, 'say/1', 'say/9')::jsonb").update();

    JdbcRuns next = engine.runs("a");
    next.takeOver(java.util.Set.of(), true).forEach(run -> engine.execute(next, run));

    assertThat(engine.state(job)).isEqualTo(RunState.FAILED_UNCLEAN);
    assertThat(engine.run(job).message()).contains("say/9");
  }

  @Test
  void every_command_and_message_is_in_the_log_in_order() {
    engine.failAt = "two";
    long job = engine.submit(say(Target.herd(herd)));

    engine.work("a");

    List<LogLine> log = engine.log(job, 0, "");
    assertThat(log)
        .extracting(LogLine::text)
        .contains("say one", "say two")
        .anyMatch(t -> t.contains("no voice"));
    assertThat(engine.log(job, log.getFirst().seq(), "")).hasSize(log.size() - 1);
    assertThat(engine.log(job, 0, "NO VOICE")).isNotEmpty().hasSizeLessThan(log.size());
  }
}
