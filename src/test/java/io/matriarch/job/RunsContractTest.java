package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
      store.insert(
          new ActionName("test.point"),
          Target.herd(1),
          "orders",
          1L,
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
    assertThat(states(views.b, after)).contains("STEP0=RUNNING");
  }

  private static void assertLost(Runnable write) {
    assertThatThrownBy(write::run).isInstanceOf(OwnershipLost.class);
  }

  private static List<String> states(Runs runs, Owned run) {
    return runs.progress(run.runId()).stream()
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
}
