package io.matriarch.job;

import static io.matriarch.job.EngineFixture.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.check.Check;
import io.matriarch.security.Access;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** Jobs with a window and waves, from their confirmation to what people see of them. */
class ScheduledJobsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private EngineFixture engine;
  private Instant opens;
  private Window tonight;

  @BeforeEach
  void start() {
    engine = new EngineFixture();
    opens = Instant.now().plus(HOUR);
    tonight = new Window(opens, opens.plus(HOUR.multipliedBy(2)));
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

  private Preview preview(JobRequest request) {
    return Access.<Preview, RuntimeException>as(
        EngineFixture.OTTO, () -> engine.jobs.preview(request));
  }

  private static List<Check> complaints(Preview preview) {
    return preview.targets().getFirst().checks().stream()
        .filter(c -> c.outcome() != Check.Outcome.PASSED)
        .toList();
  }

  private List<RunState> states(long job) {
    return engine.queries.runs(job).stream().map(RunRow::state).toList();
  }

  private List<@Nullable Integer> waves(long job) {
    return engine.queries.runs(job).stream().<@Nullable Integer>map(RunRow::wave).toList();
  }

  private JobRow job(long id) {
    return engine.queries.job(id).orElseThrow();
  }

  @Test
  void a_scheduled_job_waits_as_queued_and_runs_when_its_window_opens() {
    long job = engine.submit(say(herds(1)).within(tonight));
    engine.work("a");

    assertThat(engine.said).isEmpty();
    assertThat(job(job).state()).isEqualTo(RunState.QUEUED);
    assertThat(job(job).scheduled()).isTrue();
    assertThat(job(job).window()).isEqualTo(tonight);
    assertThat(Waits.of(job(job), engine.queries.runs(job)).of(engine.run(job)))
        .isEqualTo("its window to open");
    engine.pass(HOUR.plusMinutes(1));
    engine.work("a");

    assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
    assertThat(job(job).scheduled()).isFalse();
  }

  @Test
  void until_its_window_opens_it_holds_no_herd_and_whoever_acts_on_the_herd_is_warned() {
    Target[] herds = herds(1);
    long scheduled = engine.submit(say(herds).within(tonight));

    assertThat(complaints(preview(say(herds))))
        .singleElement()
        .satisfies(c -> assertThat(c.outcome()).isEqualTo(Check.Outcome.WARNING))
        .satisfies(c -> assertThat(c.seen()).contains("job " + scheduled, "otto", "scheduled for"));
    long now = engine.submit(say(herds));
    engine.work("a");

    assertThat(engine.state(now)).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.state(scheduled)).isEqualTo(RunState.QUEUED);
    assertThat(engine.queries.scheduledOn(herds[0].id()))
        .extracting(JobRow::id)
        .containsExactly(scheduled);
  }

  @Test
  void once_its_window_is_open_it_holds_its_herd_like_any_other() {
    Target[] herds = herds(1);
    long scheduled = engine.submit(say(herds).within(tonight));
    engine.pass(HOUR.plusMinutes(1));

    long second = engine.submit(say(herds));

    assertThat(engine.state(second)).isEqualTo(RunState.REFUSED);
    assertThat(engine.run(second).message()).contains("job " + scheduled);
    assertThat(engine.queries.scheduledOn(herds[0].id())).isEmpty();
  }

  @Test
  void a_job_that_runs_now_does_not_refuse_one_for_tonight_and_both_take_their_turns() {
    Target[] herds = herds(1);
    engine.submit(say(herds));
    JdbcRuns runs = engine.runs("a");
    Owned first = runs.claim(1).getFirst();

    long scheduled = engine.submit(say(herds).within(tonight));

    assertThat(engine.state(scheduled)).isEqualTo(RunState.QUEUED);
    engine.pass(HOUR.plusMinutes(1));
    assertThat(runs.claim(10)).isEmpty();
    assertThat(Waits.of(job(scheduled), engine.queries.runs(scheduled)).of(engine.run(scheduled)))
        .contains("job " + first.jobId(), "holds its herd");
    engine.execute(runs, first);
    engine.work("a");
    assertThat(engine.state(scheduled)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_herd_that_changed_until_the_window_refuses_and_is_a_problem_until_it_is_asked_for_again() {
    Target[] herds = herds(1);
    long job = engine.submit(say(herds).within(tonight));
    engine.jdbc.sql("update herd set tags = '{louder}'").update();
    assertThat(problems()).isEmpty();
    engine.pass(HOUR.plusMinutes(1));

    engine.work("a");

    assertThat(engine.said).isEmpty();
    assertThat(engine.state(job)).isEqualTo(RunState.REFUSED);
    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p.get("job_id")).isEqualTo(job))
        .satisfies(p -> assertThat(p.get("herd_id")).isEqualTo(herds[0].id()))
        .satisfies(
            p ->
                assertThat(String.valueOf(p.get("detail")))
                    .contains("Say 1 herd, scheduled for", "herd0: The herd changed since"));
    engine.submit(say(herds));
    assertThat(problems()).isEmpty();
  }

  private List<Map<String, Object>> problems() {
    engine.jdbc.sql("select refresh_problems()").query(Boolean.class).single();
    return engine
        .jdbc
        .sql("select * from v_problem where open and kind = 'scheduled-job'")
        .query()
        .listOfRows();
  }

  @Test
  void a_night_without_a_console_is_a_problem_and_what_people_cancelled_is_none() {
    long missed = engine.submit(say(herds(1)).within(tonight));
    long cancelled = engine.submit(say(Target.herd(engine.herd("other"))).within(tonight));
    Access.<Boolean, RuntimeException>as(EngineFixture.OTTO, () -> engine.jobs.cancel(cancelled));
    engine.pass(HOUR.multipliedBy(9));

    engine.runs("a").expireAndRenew();

    assertThat(engine.state(missed)).isEqualTo(RunState.REFUSED);
    assertThat(engine.run(missed).message())
        .contains("before its turn came, and no console was there to begin it");
    assertThat(engine.outcomes(missed)).containsExactly("REFUSED");
    assertThat(engine.state(cancelled)).isEqualTo(RunState.CANCELLED);
    assertThat(problems()).extracting(p -> p.get("job_id")).containsExactly(missed);
  }

  @Test
  void by_priority_lower_numbers_are_waves_before_the_others() {
    Target[] herds = herds(4);
    priority(herds[1], 10);
    priority(herds[3], 10);
    priority(herds[0], 500);
    Waves byPriority = new Waves(null, null, null, true);
    long job = engine.submit(say(herds).inWaves(byPriority));

    assertThat(job(job).waves()).isEqualTo(byPriority);
    assertThat(waves(job)).containsExactly(3, 1, 2, 1);
    engine.work("a");
    assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void within_a_priority_waves_have_their_size_and_the_first_one_goes_alone() {
    assertThat(new Waves(1, 2, null, true).of(List.of(7, 1, 1, 1, 1, 7)))
        .containsExactly(4, 1, 2, 2, 3, 4);
    assertThat(new Waves(1, 2, null).of(List.of(7, 1, 1, 1))).containsExactly(1, 2, 2, 3);
    assertThat(Waves.ONE.of(List.of(7, 1))).containsExactly(1, 1);
  }

  private void priority(Target herd, int priority) {
    engine
        .jdbc
        .sql("update herd set priority = :priority where herd_id = :herd")
        .param("priority", priority)
        .param("herd", herd.id())
        .update();
  }

  @Test
  void a_retry_of_a_scheduled_job_is_one_of_now_in_the_same_waves() {
    Waves waves = new Waves(1, 2, Duration.ofSeconds(5));
    long job = engine.submit(say(herds(4)).within(tonight).inWaves(waves));
    engine.pass(HOUR.multipliedBy(9));
    engine.runs("a").expireAndRenew();

    long retry =
        Access.<Long, RuntimeException>as(EngineFixture.OTTO, () -> engine.jobs.retry(job, null));

    assertThat(job(retry).window()).isEqualTo(Window.NOW);
    assertThat(job(retry).waves()).isEqualTo(waves);
    assertThat(waves(retry)).containsExactly(1, 2, 2, 3);
  }

  @Test
  void the_trail_names_the_window() {
    engine.submit(say(herds(1)).within(tonight));

    assertThat(
            engine
                .jdbc
                .sql(
                    "select detail ->> 'notBefore' || ' ' || (detail ->> 'notAfter') from audit_event where outcome = 'INTENT'")
                .query(String.class)
                .single())
        .isEqualTo(tonight.notBefore() + " " + tonight.notAfter());
  }

  @Test
  void targets_that_are_refused_at_once_are_in_no_wave_and_the_next_one_is_the_canary() {
    long closed = engine.herd("closed", "closed");
    Target[] herds = herds(3);
    JobRequest request =
        say(Target.herd(closed), herds[0], herds[1], herds[2]).inWaves(new Waves(1, null, null));

    assertThat(preview(request).targets())
        .extracting(Preview.TargetPreview::wave)
        .containsExactly(null, 1, 2, 2);
    long job = engine.submit(request);
    assertThat(engine.runs("a").claim(10)).extracting(Owned::target).containsExactly(herds[0]);
    assertThat(waves(job)).containsExactly(null, 1, 2, 2);
    Waits waits = Waits.of(job(job), engine.queries.runs(job));
    assertThat(engine.queries.runs(job).stream().<@Nullable String>map(waits::of))
        .containsExactly(null, null, "the canary, herd0", "the canary, herd0");
  }

  @Test
  void a_canary_that_fails_ends_the_job_with_its_reason_on_the_trail() {
    engine.failAt = "one";
    long job = engine.submit(say(herds(3)).inWaves(new Waves(1, 1, null)));

    engine.work("a");

    assertThat(states(job))
        .containsExactly(RunState.FAILED, RunState.CANCELLED, RunState.CANCELLED);
    assertThat(engine.state(job)).isEqualTo(RunState.FAILED);
    assertThat(engine.queries.runs(job).getLast().message())
        .isEqualTo("Not begun: the canary herd0 did not succeed (failed).");
    assertThat(engine.outcomes(job)).containsExactlyInAnyOrder("FAILED", "CANCELLED", "CANCELLED");
  }

  @Test
  void a_run_that_somebody_refuses_at_this_moment_leaves_no_lock_behind() {
    long job = engine.submit(say(herds(1)));
    new TransactionTemplate(engine.database.transactions())
        .executeWithoutResult(
            status -> {
              engine
                  .jdbc
                  .sql("update run set state = 'CANCELLED', ended_at = now() where job_id = :job")
                  .param("job", job)
                  .update();
              assertThat(claimElsewhere()).isEmpty();
            });

    assertThat(engine.jdbc.sql("select count(*) from herd_lock").query(Long.class).single())
        .isZero();
  }

  /** On a thread of its own, since this one is inside a transaction. */
  private List<Owned> claimElsewhere() {
    return CompletableFuture.supplyAsync(() -> engine.runs("a").claim(10))
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void the_key_of_a_job_for_now_is_none_for_tonight() {
    Target[] herds = herds(1);
    JobRequest plain = say(herds);
    JobRequest keyed =
        new JobRequest(plain.action(), plain.targets(), Map.of(), 8, null, null, "k1");
    long job = engine.submit(keyed.within(tonight));

    assertThat(engine.submit(keyed.within(tonight))).isEqualTo(job);
    assertThatThrownBy(() -> engine.submit(keyed)).hasMessageContaining("idempotency key");
    assertThatThrownBy(() -> engine.submit(keyed.within(new Window(opens, opens.plusSeconds(60)))))
        .hasMessageContaining("idempotency key");
  }

  @Test
  void windows_and_waves_that_make_no_sense_are_refused_and_say_what_to_do() {
    Instant now = Instant.now();
    Target[] herds = herds(2);

    assertThatThrownBy(() -> new Window(now.plus(HOUR), now.plus(HOUR)))
        .hasMessageContaining("not after notBefore");
    assertThatThrownBy(() -> engine.submit(say(herds).within(new Window(null, now.minus(HOUR)))))
        .hasMessageContaining("choose a window to come");
    assertThatThrownBy(() -> preview(say(herds).within(new Window(now.minus(HOUR), null))))
        .hasMessageContaining("leave it out to begin at once");
    assertThatThrownBy(
            () -> engine.submit(say(herds).within(new Window(now.plus(Duration.ofDays(40)), null))))
        .hasMessageContaining("31 days");
    assertThatThrownBy(() -> say(herds).inWaves(new Waves(2, null, null)))
        .hasMessageContaining("canary 2: of 2 targets");
    assertThatThrownBy(() -> new Waves(null, 0, null)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new Waves(null, null, HOUR)).hasMessageContaining("one wave only");
    assertThatThrownBy(() -> new Waves(1, null, Duration.ZERO)).hasMessageContaining("1 to 86400");
  }
}
