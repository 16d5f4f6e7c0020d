package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the executor relies on, of our database and of what the simulator has in its place. */
class RunsContractTest {

  /** Whose runs these are. */
  enum Kind {
    DATABASE,
    MEMORY
  }

  private AutoCloseable open = () -> {};
  private long millis = 1_000_000;

  @AfterEach
  void close() throws Exception {
    open.close();
  }

  /** Two consoles' views of one herd, for which a run with three steps was confirmed. */
  private record Views(Runs a, Runs b, Runnable confirm, Runnable pass20s) {}

  /** One job of several runs, and a clock that can be moved. */
  private interface Store {
    Runs console(String node);

    Instant now();

    /** Runs on herds of their own, in order. */
    List<Long> confirm(int runs, Window window, Waves waves, @Nullable Integer stopAfter);

    void pass(Duration time);

    RunState state(long run);

    String message(long run);
  }

  private Store store(Kind kind) {
    return switch (kind) {
      case DATABASE -> new InDatabase();
      case MEMORY -> new InMemory();
    };
  }

  private final class InDatabase implements Store {
    private final EngineFixture engine = new EngineFixture();
    private int herds;

    InDatabase() {
      open = engine;
    }

    @Override
    public Runs console(String node) {
      return engine.runs(node);
    }

    @Override
    public Instant now() {
      return engine.jdbc.sql("select now()").query(java.sql.Timestamp.class).single().toInstant();
    }

    @Override
    public List<Long> confirm(int runs, Window window, Waves waves, @Nullable Integer stopAfter) {
      List<Target> targets =
          IntStream.range(0, runs)
              .mapToObj(i -> Target.herd(engine.herd("herd" + ++herds)))
              .toList();
      JobRequest plain = JobRequest.of("test.say", targets, Map.of());
      long job =
          engine.submit(
              new JobRequest(
                  plain.action(), targets, Map.of(), 8, stopAfter, window, waves, null, null));
      return engine.queries.runs(job).stream().map(RunRow::id).toList();
    }

    @Override
    public void pass(Duration time) {
      engine.pass(time);
    }

    @Override
    public RunState state(long run) {
      return RunState.valueOf(text("state", run));
    }

    @Override
    public String message(long run) {
      return text("message", run);
    }

    private String text(String column, long run) {
      return engine
          .jdbc
          .sql("select coalesce(%s, '') from run where run_id = :run".formatted(column))
          .param("run", run)
          .query(String.class)
          .single();
    }
  }

  private final class InMemory implements Store {
    private final MemoryRuns store = new MemoryRuns(() -> millis);
    private long herds;

    @Override
    public Runs console(String node) {
      return store.view(node, MemoryRuns.OPEN);
    }

    @Override
    public Instant now() {
      return Instant.ofEpochMilli(millis);
    }

    @Override
    public List<Long> confirm(int runs, Window window, Waves waves, @Nullable Integer stopAfter) {
      MemoryRuns.Batch batch = store.batch(window, waves, stopAfter);
      return IntStream.range(0, runs).mapToObj(i -> SayPlan.submit(store, batch, ++herds)).toList();
    }

    @Override
    public void pass(Duration time) {
      millis += time.toMillis();
    }

    @Override
    public RunState state(long run) {
      return store.state(run);
    }

    @Override
    public String message(long run) {
      return store.message(run);
    }
  }

  private Views views(Kind kind) {
    return switch (kind) {
      case DATABASE -> database();
      case MEMORY -> memory();
    };
  }

  private Views database() {
    EngineFixture engine = new EngineFixture();
    open = engine;
    long herd = engine.herd("orders");
    JobRequest point = JobRequest.of("test.point", List.of(Target.herd(herd)), Map.of());
    engine.submit(point);
    return new Views(
        engine.runs("a"),
        engine.runs("b"),
        () -> engine.submit(point),
        () -> engine.jdbc.sql("update run set heartbeat = heartbeat - interval '20 s'").update());
  }

  private Views memory() {
    MemoryRuns store = new MemoryRuns(() -> millis);
    SayPlan.submit(store);
    return new Views(
        store.view("a", MemoryRuns.OPEN),
        store.view("b", MemoryRuns.OPEN),
        () -> SayPlan.submit(store),
        () -> millis += 20_000);
  }

  /** A plan as the fixture's action makes it. */
  private static final class SayPlan {
    static void submit(MemoryRuns store) {
      submit(store, store.batch(Window.NOW, Waves.ONE, null), 1);
    }

    static long submit(MemoryRuns store, MemoryRuns.Batch batch, long herd) {
      EngineFixture.Say one = new EngineFixture.Say("one", 1);
      Plan plan =
          Plan.of(one)
              .always(one)
              .onFailure(one)
              .then(new EngineFixture.Say("two", 1))
              .pointOfNoReturn()
              .then(new EngineFixture.Say("three", 1))
              .build();
      StepCodec codec = new StepCodec(List.of(new StepType("say", 1, EngineFixture.Say.class)));
      return store.insert(
          batch,
          new ActionName("test.point"),
          Target.herd(herd),
          "herd" + herd,
          herd,
          new Options(Map.of()),
          plan,
          codec);
    }
  }

  private static Runs.Mark running(int step) {
    return new Runs.Mark(StepKind.STEP, step, StepState.RUNNING, null);
  }

  private static Runs.Mark done(int step) {
    return new Runs.Mark(StepKind.STEP, step, StepState.SUCCEEDED, null);
  }

  @ParameterizedTest
  @EnumSource
  void a_run_is_claimed_once_and_the_next_of_its_herd_has_a_higher_fence(Kind kind) {
    Views views = views(kind);

    List<Owned> claimed = views.a.claim(10);

    assertThat(claimed).hasSize(1);
    Owned first = claimed.getFirst();
    assertThat(first.attempt()).isEqualTo(1);
    assertThat(first.takenOver()).isFalse();
    assertThat(views.b.claim(10)).isEmpty();
    views.a.end(first, RunState.FAILED, "no", List.of("left"), List.of(), List.of());
    views.confirm.run();
    Owned second = views.b.claim(10).getFirst();
    assertThat(second.runId()).isNotEqualTo(first.runId());
    assertThat(fence(second)).isGreaterThan(fence(first));
    assertThatThrownBy(
            () -> views.a.end(first, RunState.SUCCEEDED, "", List.of(), List.of(), List.of()))
        .isInstanceOf(OwnershipLost.class);
  }

  private static long fence(Owned run) {
    return java.util.Objects.requireNonNull(run.fence());
  }

  @ParameterizedTest
  @EnumSource
  void a_run_is_taken_over_when_its_heartbeat_is_old_and_its_former_owner_writes_nothing_more(
      Kind kind) {
    Views views = views(kind);
    Owned before = views.a.claim(1).getFirst();
    views.a.mark(before, List.of(running(0)), List.of());
    assertThat(views.b.takeOver(Set.of(), true)).isEmpty();
    views.pass20s.run();
    assertThat(views.a.takeOver(Set.of(before.runId()), false)).isEmpty();

    Owned after = views.b.takeOver(Set.of(), false).getFirst();

    assertThat(after.attempt()).isEqualTo(2);
    assertThat(after.takenOver()).isTrue();
    assertThat(fence(after)).isGreaterThan(fence(before));
    assertThat(views.a.heartbeat(List.of(before))).isEmpty();
    assertThat(views.b.heartbeat(List.of(after))).containsExactly(after.runId());
    assertLost(() -> views.a.mark(before, List.of(done(0)), List.of()));
    assertLost(() -> views.a.passPoint(before, List.of(), List.of(), List.of()));
    assertLost(() -> views.a.keepProof(before, StepKind.STEP, 0, "term", "1"));
    assertLost(() -> views.a.tell(before, StepKind.STEP, 0, "copying", 1, 2));
    assertThat(views.b.tell(after, StepKind.STEP, 0, "copying", 1, 2)).isFalse();
    assertThat(states(views.b, after)).contains("STEP0=RUNNING");
  }

  private static void assertLost(Runnable write) {
    assertThatThrownBy(write::run).isInstanceOf(OwnershipLost.class);
  }

  private static List<String> states(Runs runs, Owned run) {
    return runs.steps(run.runId()).stream()
        .map(p -> "%s%d=%s".formatted(p.kind(), p.ordinal(), p.state()))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void a_console_takes_up_the_runs_of_its_former_life_at_once_and_past_the_point_is_kept(
      Kind kind) {
    Views views = views(kind);
    Owned before = views.a.claim(1).getFirst();
    views.a.passPoint(before, List.of(2), List.of(done(0), done(1)), List.of());

    Owned after = views.a.takeOver(Set.of(), true).getFirst();

    assertThat(after.pastPoint()).isTrue();
    assertThat(states(views.a, after)).contains("STEP0=SUCCEEDED", "STEP1=SUCCEEDED");
    assertThat(states(views.a, after)).contains("STEP2=PENDING");
  }

  @ParameterizedTest
  @EnumSource
  void the_latest_proof_of_a_name_is_found(Kind kind) {
    Views views = views(kind);
    Owned run = views.a.claim(1).getFirst();
    views.a.mark(run, List.of(running(0)), List.of());
    views.a.keepProof(run, StepKind.STEP, 0, "lsn", "0/1");
    views.a.mark(run, List.of(done(0), running(1)), List.of());
    assertThat(views.a.findProof(run.runId(), "lsn")).contains("0/1");
    views.a.keepProof(run, StepKind.STEP, 1, "lsn", "0/2");
    assertThat(views.a.findProof(run.runId(), "lsn")).contains("0/2");
    assertThat(views.a.findProof(run.runId(), "other")).isEmpty();
  }

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Waves waves(
      @Nullable Integer canary, @Nullable Integer size, @Nullable Duration pause) {
    return new Waves(canary, size, pause);
  }

  private static List<Long> ids(List<Owned> claimed) {
    return claimed.stream().map(Owned::runId).toList();
  }

  private static void end(Runs runs, Owned run, RunState state) {
    runs.end(run, state, "", List.of(), List.of(), List.of());
  }

  @ParameterizedTest
  @EnumSource
  void a_run_is_claimed_inside_its_window_though_no_console_was_there_since_its_confirmation(
      Kind kind) {
    Store store = store(kind);
    Window night = new Window(store.now().plus(HOUR), store.now().plus(HOUR.multipliedBy(2)));
    List<Long> runs = store.confirm(1, night, Waves.ONE, null);

    store.console("a").expireAndRenew();
    assertThat(store.console("a").claim(10)).isEmpty();
    store.pass(HOUR.plus(MINUTE));
    store.console("a").expireAndRenew();

    assertThat(ids(store.console("a").claim(10))).isEqualTo(runs);
    assertThat(store.console("b").claim(10)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void what_did_not_begin_inside_its_window_is_refused_and_never_claimed(Kind kind) {
    Store store = store(kind);
    Window night = new Window(store.now().plus(HOUR), store.now().plus(HOUR.multipliedBy(2)));
    long run = store.confirm(1, night, Waves.ONE, null).getFirst();

    store.pass(HOUR.multipliedBy(9));
    assertThat(store.console("a").claim(10)).isEmpty();
    store.console("a").expireAndRenew();

    assertThat(store.console("a").claim(10)).isEmpty();
    assertThat(store.state(run)).isEqualTo(RunState.REFUSED);
    assertThat(store.message(run)).contains("Its window closed at ", "before its turn came");
  }

  @ParameterizedTest
  @EnumSource
  void a_live_dispatcher_does_not_keep_a_closed_window_open(Kind kind) {
    Store store = store(kind);
    Window window = new Window(null, store.now().plus(HOUR));
    long run = store.confirm(1, window, Waves.ONE, null).getFirst();

    store.pass(HOUR.minus(MINUTE));
    store.console("a").expireAndRenew();
    assertThat(store.state(run)).isEqualTo(RunState.QUEUED);
    store.pass(MINUTE);
    store.console("a").expireAndRenew();

    assertThat(store.state(run)).isEqualTo(RunState.REFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void a_run_that_only_has_a_beginning_holds_as_if_it_had_been_confirmed_then(Kind kind) {
    Store store = store(kind);
    List<Long> runs = store.confirm(1, new Window(store.now().plus(HOUR), null), Waves.ONE, null);

    store.pass(HOUR.plus(MINUTE.multipliedBy(14)));
    assertThat(ids(store.console("a").claim(10))).isEqualTo(runs);

    long late =
        store.confirm(1, new Window(store.now().plus(HOUR), null), Waves.ONE, null).getFirst();
    store.pass(HOUR.plus(MINUTE.multipliedBy(16)));
    assertThat(store.console("a").claim(10)).isEmpty();
    store.console("a").expireAndRenew();
    assertThat(store.state(late)).isEqualTo(RunState.REFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void a_console_that_comes_back_after_hours_claims_nothing_that_was_to_run_then(Kind kind) {
    Store store = store(kind);
    store.confirm(1, Window.NOW, Waves.ONE, null);

    store.pass(HOUR.multipliedBy(7));

    assertThat(store.console("a").claim(10)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_wave_begins_when_all_of_the_one_before_has_ended_however_it_ended(Kind kind) {
    Store store = store(kind);
    List<Long> runs = store.confirm(5, Window.NOW, waves(null, 2, null), null);
    Runs a = store.console("a");

    List<Owned> first = a.claim(10);
    assertThat(ids(first)).isEqualTo(runs.subList(0, 2));
    end(a, first.getFirst(), RunState.FAILED);
    assertThat(store.console("b").claim(10)).isEmpty();
    end(a, first.getLast(), RunState.SUCCEEDED);
    List<Owned> second = store.console("b").claim(10);
    assertThat(ids(second)).isEqualTo(runs.subList(2, 4));
    second.forEach(r -> end(store.console("b"), r, RunState.SUCCEEDED));

    assertThat(ids(a.claim(10))).isEqualTo(runs.subList(4, 5));
  }

  @ParameterizedTest
  @EnumSource
  void between_waves_is_a_pause(Kind kind) {
    Store store = store(kind);
    List<Long> runs = store.confirm(2, Window.NOW, waves(null, 1, MINUTE.multipliedBy(5)), null);
    Runs a = store.console("a");
    end(a, a.claim(10).getFirst(), RunState.SUCCEEDED);

    store.pass(MINUTE.multipliedBy(4));
    assertThat(a.claim(10)).isEmpty();
    store.pass(MINUTE);

    assertThat(ids(a.claim(10))).isEqualTo(runs.subList(1, 2));
  }

  @ParameterizedTest
  @EnumSource
  void others_begin_when_all_canaries_succeeded(Kind kind) {
    Store store = store(kind);
    List<Long> runs = store.confirm(4, Window.NOW, waves(2, null, null), null);
    Runs a = store.console("a");

    List<Owned> canaries = a.claim(10);
    assertThat(ids(canaries)).isEqualTo(runs.subList(0, 2));
    end(a, canaries.getFirst(), RunState.SUCCEEDED);
    assertThat(a.claim(10)).isEmpty();
    end(a, canaries.getLast(), RunState.SUCCEEDED);

    assertThat(ids(a.claim(10))).isEqualTo(runs.subList(2, 4));
  }

  @ParameterizedTest
  @EnumSource
  void a_canary_that_does_not_succeed_cancels_the_rest_and_says_so(Kind kind) {
    Store store = store(kind);
    for (RunState end :
        List.of(RunState.FAILED, RunState.REFUSED, RunState.INTERRUPTED, RunState.CANCELLED)) {
      List<Long> runs = store.confirm(3, Window.NOW, waves(1, null, null), null);
      Runs a = store.console("a");
      end(a, a.claim(10).getFirst(), end);

      assertThat(a.claim(10)).as(end.name()).isEmpty();
      assertThat(runs.subList(1, 3))
          .as(end.name())
          .allSatisfy(r -> assertThat(store.state(r)).isEqualTo(RunState.CANCELLED))
          .allSatisfy(
              r -> assertThat(store.message(r)).contains("the canary herd", "did not succeed"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void failures_are_counted_over_all_waves(Kind kind) {
    Store store = store(kind);
    List<Long> runs = store.confirm(4, Window.NOW, waves(null, 1, null), 2);
    Runs a = store.console("a");

    end(a, a.claim(10).getFirst(), RunState.FAILED);
    end(a, a.claim(10).getFirst(), RunState.FAILED);

    assertThat(a.claim(10)).isEmpty();
    assertThat(store.state(runs.get(3))).isEqualTo(RunState.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void a_canary_that_a_dead_console_left_is_taken_over_before_any_other_begins(Kind kind) {
    Store store = store(kind);
    List<Long> runs = store.confirm(2, Window.NOW, waves(1, null, null), null);
    store.console("a").claim(10);
    store.pass(Duration.ofSeconds(20));
    Runs b = store.console("b");

    assertThat(b.claim(10)).isEmpty();
    Owned taken = b.takeOver(Set.of(), false).getFirst();
    end(b, taken, RunState.INTERRUPTED);

    assertThat(b.claim(10)).isEmpty();
    assertThat(store.state(runs.getLast())).isEqualTo(RunState.CANCELLED);
  }
}
