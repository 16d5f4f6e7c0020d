package io.matriarch.job;

import static io.matriarch.job.EngineFixture.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobsTest {

  private EngineFixture engine;

  @BeforeEach
  void start() {
    engine = new EngineFixture();
  }

  @AfterEach
  void stop() throws Exception {
    engine.close();
  }

  private Target[] herds(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Target.herd(engine.herd("herd" + i)))
        .toArray(Target[]::new);
  }

  private long cancel(long job) {
    Access.as(
        EngineFixture.OTTO,
        () -> {
          engine.jobs.cancel(job);
        });
    return job;
  }

  @Test
  void a_role_that_may_not_is_refused_and_the_attempt_is_on_the_trail() {
    Target[] herds = herds(1);

    assertThatThrownBy(
            () ->
                Access.as(
                    EngineFixture.VERA,
                    () -> {
                      engine.jobs.submit(say(herds));
                    }))
        .isInstanceOf(AccessRefused.class);

    assertThat(engine.jdbc.sql("select count(*) from job").query(Long.class).single()).isZero();
    assertThat(
            engine
                .jdbc
                .sql(
                    "select actor from audit_event where outcome = 'DENIED' and action = 'test.say'")
                .query(String.class)
                .list())
        .containsExactly("vera");
  }

  @Test
  void the_intent_is_on_the_trail_before_anything_runs() {
    long job = engine.submit(say(herds(3)));

    assertThat(
            engine
                .jdbc
                .sql(
                    "select count(*) from audit_event where outcome = 'INTENT' and (detail ->> 'job')::bigint = :job and plan_hash is not null")
                .param("job", job)
                .query(Long.class)
                .single())
        .isEqualTo(3);
  }

  @Test
  void a_preview_shows_checks_and_steps_and_its_hash_confirms_just_that_plan() {
    Target[] herds = herds(2);
    Preview preview =
        Access.<Preview, RuntimeException>as(
            EngineFixture.VERA, () -> engine.jobs.preview(say(herds)));

    assertThat(preview.targets()).hasSize(2).allMatch(t -> !t.refused());
    assertThat(preview.targets().getFirst().steps())
        .extracting(Preview.PlannedStep::describe)
        .containsExactly(
            "say one",
            "say undo one",
            "say always one",
            "say two",
            "say undo two",
            "say always two",
            "say three",
            "say undo three");
    long job = engine.submit(say(herds).confirming(preview.planHash()));
    assertThat(engine.queries.job(job).orElseThrow().planHash()).isEqualTo(preview.planHash());
  }

  @Test
  void a_stale_hash_is_refused() {
    long herd = engine.herd("orders");
    Preview preview =
        Access.<Preview, RuntimeException>as(
            EngineFixture.OTTO, () -> engine.jobs.preview(say(Target.herd(herd))));
    engine.jdbc.sql("update herd set tags = '{louder}'").update();

    assertThatThrownBy(() -> engine.submit(say(Target.herd(herd)).confirming(preview.planHash())))
        .isInstanceOf(StalePlan.class);
  }

  @Test
  void targets_whose_checks_fail_become_refused_runs_and_the_others_go_ahead() {
    long open = engine.herd("open");
    long closed = engine.herd("closed", "closed");
    long job = engine.submit(say(Target.herd(open), Target.herd(closed)));

    engine.work("a");

    assertThat(engine.queries.runs(job))
        .extracting(RunRow::state)
        .containsExactly(RunState.SUCCEEDED, RunState.REFUSED);
    assertThat(engine.state(job)).isEqualTo(RunState.REFUSED);
    assertThat(engine.queries.runs(job).get(1).message()).contains("it is closed. Open it.");
  }

  @Test
  void an_overruled_check_does_not_refuse_and_the_option_is_on_the_trail() {
    long closed = engine.herd("closed", "closed");
    long job =
        engine.submit(
            JobRequest.of("test.say", List.of(Target.herd(closed)), Map.of("overrule", "true")));

    engine.work("a");

    assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
    assertThat(
            engine
                .jdbc
                .sql(
                    "select detail -> 'options' ->> 'overrule' from audit_event where outcome = 'INTENT'")
                .query(String.class)
                .single())
        .isEqualTo("true");
  }

  @Test
  void a_second_job_on_a_herd_is_refused_and_told_who_holds_it() {
    Target[] herds = herds(1);
    long first = engine.submit(say(herds));

    long second = engine.submit(say(herds));

    assertThat(engine.state(second)).isEqualTo(RunState.REFUSED);
    assertThat(engine.run(second).message()).contains("job " + first, "otto");
  }

  @Test
  void parallelism_is_kept_by_all_consoles_together() {
    engine.submit(say(herds(10)).atOnce(3));

    List<Owned> first = engine.runs("a").claim(2);
    List<Owned> second = engine.runs("b").claim(10);

    assertThat(first).hasSize(2);
    assertThat(second).hasSize(1);
    assertThat(engine.runs("a").claim(10)).isEmpty();
  }

  @Test
  void a_server_is_not_touched_by_more_runs_at_once_than_its_limit() {
    Target[] servers = {Target.server(engine.server("s1"))};
    for (int i = 0; i < 6; i++) {
      engine.submit(say(servers));
    }

    assertThat(engine.runs("a").claim(100)).hasSize(4);
  }

  @Test
  void the_fence_of_a_herd_rises_with_every_run_and_every_take_over() {
    Target[] herds = herds(1);
    engine.submit(say(herds));
    engine.work("a");
    engine.submit(say(herds));
    Owned second = engine.runs("a").claim(1).getFirst();

    Owned taken = engine.runs("a").takeOver(Set.of(), true).getFirst();

    assertThat(second.fence()).isEqualTo(2);
    assertThat(taken.fence()).isEqualTo(3);
    assertThat(taken.attempt()).isEqualTo(second.attempt() + 1);
  }

  @Test
  void a_run_with_a_fresh_heartbeat_is_taken_over_by_nobody() {
    engine.submit(say(herds(1)));
    engine.runs("a").claim(1);

    assertThat(engine.runs("b").takeOver(Set.of(), true)).isEmpty();
    assertThat(engine.runs("b").takeOver(Set.of(), false)).isEmpty();
  }

  @Test
  void a_job_that_nobody_ran_in_time_is_refused_and_says_how_old_it_is() {
    long job = engine.submit(say(herds(2)));
    engine.jdbc.sql("update job set confirmed_at = now() - interval '7 hours'").update();
    engine.jdbc.sql("update run set renewed_at = now() - interval '7 hours'").update();

    engine.runs("a").expireAndRenew();

    assertThat(engine.runs("a").claim(10)).isEmpty();
    assertThat(engine.state(job)).isEqualTo(RunState.REFUSED);
    assertThat(engine.run(job).message()).contains("07:00:0");
    assertThat(engine.outcomes(job)).containsExactly("REFUSED", "REFUSED");
  }

  @Test
  void a_run_that_waits_for_a_live_dispatcher_does_not_expire() {
    engine.submit(say(herds(1)));
    engine.jdbc.sql("update job set confirmed_at = now() - interval '1 hour'").update();
    engine.jdbc.sql("update run set renewed_at = now() - interval '30 seconds'").update();

    engine.runs("a").expireAndRenew();

    assertThat(engine.runs("a").claim(10)).hasSize(1);
  }

  @Test
  void a_cancelled_job_cancels_at_once_what_has_not_begun() {
    long job = engine.submit(say(herds(3)));

    cancel(job);
    engine.runs("a").expireAndRenew();

    assertThat(engine.state(job)).isEqualTo(RunState.CANCELLED);
    assertThat(engine.runs("a").claim(10)).isEmpty();
  }

  @Test
  void a_job_stops_after_the_agreed_number_of_failures() {
    JobRequest request = say(herds(5));
    engine.failAt = "one";
    long job =
        engine.submit(
            new JobRequest(
                request.action(), request.targets(), request.options(), 1, 2, null, null));

    engine.work("a");

    assertThat(engine.queries.runs(job))
        .extracting(RunRow::state)
        .containsExactly(
            RunState.FAILED,
            RunState.FAILED,
            RunState.CANCELLED,
            RunState.CANCELLED,
            RunState.CANCELLED);
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
  }

  @Test
  void a_retry_makes_runs_for_exactly_what_failed() {
    long good = engine.herd("good");
    long bad = engine.herd("bad");
    engine.onSay = () -> engine.failAt = engine.said.contains("always one") ? "one" : null;
    long job = engine.submit(say(Target.herd(good), Target.herd(bad)).atOnce(1));
    engine.work("a");
    engine.onSay = () -> engine.failAt = null;

    long retry =
        Access.<Long, RuntimeException>as(EngineFixture.OTTO, () -> engine.jobs.retry(job, null));
    engine.work("a");

    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
    assertThat(engine.queries.runs(retry))
        .extracting(RunRow::target)
        .containsExactly(Target.herd(bad));
    assertThat(engine.state(retry)).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.queries.job(retry).orElseThrow().retryOf()).isEqualTo(job);
  }

  @Test
  void the_same_key_answers_the_same_job_and_another_request_under_it_is_refused() {
    Target[] herds = herds(2);
    JobRequest request = say(herds[0]);
    JobRequest keyed =
        new JobRequest(request.action(), request.targets(), request.options(), 8, null, null, "k1");
    long job = engine.submit(keyed);

    assertThat(engine.submit(keyed)).isEqualTo(job);
    assertThatThrownBy(() -> engine.submit(keyed.on(List.of(herds[1]))))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("idempotency key");
  }

  @Test
  void requests_that_make_no_sense_are_refused_with_the_part_that_is_wrong() {
    Target[] herds = herds(1);

    assertThatThrownBy(() -> engine.submit(JobRequest.of("test.shout", List.of(herds), Map.of())))
        .hasMessageContaining("test.shout");
    assertThatThrownBy(
            () -> engine.submit(JobRequest.of("test.say", List.of(herds), Map.of("loud", "1"))))
        .hasMessageContaining("loud");
    assertThatThrownBy(
            () ->
                engine.submit(JobRequest.of("test.say", List.of(herds), Map.of("refuse", "maybe"))))
        .hasMessageContaining("maybe");
    assertThatThrownBy(() -> engine.submit(say(Target.herd(999_999))))
        .hasMessageContaining("999999");
    assertThatThrownBy(() -> engine.submit(say(Target.instance(1))))
        .hasMessageContaining("INSTANCE");
    assertThatThrownBy(() -> say(herds[0], herds[0])).hasMessageContaining("twice");
  }

  @Test
  void an_end_state_never_changes() {
    for (RunState from : RunState.values()) {
      for (RunState to : RunState.values()) {
        boolean allowed =
            from == RunState.QUEUED
                ? Set.of(RunState.RUNNING, RunState.REFUSED, RunState.CANCELLED).contains(to)
                : from == RunState.RUNNING && to.isEnded();
        assertThat(from.mayBecome(to)).as(from + " to " + to).isEqualTo(allowed);
      }
    }
  }
}
