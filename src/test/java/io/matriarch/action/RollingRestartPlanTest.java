package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RollingRestartPlanTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);
  private static final Instant CONFIRMED = TestFleet.NOW;

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static Instance started(Instance i, Duration beforeConfirmed) {
    return TestFleet.standing(i, Candidacy.NEUTRAL, 0L, CONFIRMED.minus(beforeConfirmed));
  }

  private static Fleet fleet() {
    return TestFleet.herd("orders")
        .primary("db1")
        .but(i -> started(i, Duration.ofDays(9)))
        .standby("db2")
        .but(i -> started(i, Duration.ofMinutes(-1)))
        .standby("db3")
        .but(i -> started(i, Duration.ofDays(9)))
        .stopped("db4", Instance.Role.STANDBY)
        .pooler("app")
        .build();
  }

  private static Action action() {
    return ACTIONS.action("herd.rolling-restart");
  }

  private static List<String> steps(Map<String, String> options) {
    return action().plan(HERD, fleet(), Catalogued.options(action(), options)).entries().stream()
        .map(e -> e.step().describe())
        .toList();
  }

  @Test
  void standbys_restart_one_by_one_each_caught_up_before_the_next_then_the_primary_hands_over() {
    List<String> steps = steps(Map.of());

    assertThat(steps.subList(0, 6))
        .satisfiesExactly(
            s -> assertThat(s).startsWith("stop PostgreSQL 17/main on db2"),
            s -> assertThat(s).startsWith("start PostgreSQL 17/main on db2"),
            s -> assertThat(s).startsWith("wait until PostgreSQL 17/main on db2 has replayed"),
            s -> assertThat(s).startsWith("stop PostgreSQL 17/main on db3"),
            s -> assertThat(s).startsWith("start PostgreSQL 17/main on db3"),
            s -> assertThat(s).startsWith("wait until PostgreSQL 17/main on db3 has replayed"));
    assertThat(steps.get(6)).startsWith("prove that PostgreSQL 17/main on db2 streams from db1");
    assertThat(steps).anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db2"));
    assertThat(steps).noneMatch(s -> s.contains("db4"));
  }

  @Test
  void every_standby_that_was_stopped_is_started_again_when_something_fails() {
    Plan plan = action().plan(HERD, fleet(), Catalogued.options(action(), Map.of()));

    assertThat(plan.entries().get(0).onFailure())
        .hasToString(plan.entries().get(1).step().toString());
    assertThat(plan.entries().get(3).onFailure())
        .hasToString(plan.entries().get(4).step().toString());
    assertThat(plan.isPastPoint(5)).isFalse();
  }

  @Test
  void the_primary_may_be_left_to_a_person() {
    assertThat(steps(Map.of("primary", "leave"))).hasSize(6).noneMatch(s -> s.contains("promote"));
  }

  @Test
  void a_retry_leaves_alone_who_was_restarted_since_the_first_confirmation() {
    Options first = Catalogued.options(action(), Map.of("primary", "leave"));

    Map<String, String> again = action().retried(first, CONFIRMED);

    assertThat(steps(again)).hasSize(3).allMatch(s -> s.contains("db3"));
    Options second = Catalogued.options(action(), again);
    assertThat(action().retried(second, CONFIRMED.plusSeconds(600))).isEqualTo(again);
  }

  @Test
  void nothing_left_to_restart_is_refused() {
    Options options = Catalogued.options(action(), Map.of("startedBefore", "2020-01-01T00:00:00Z"));

    assertThat(action().checks(HERD, fleet(), options).stream().filter(Check::hasFailed))
        .extracting(Check::name)
        .containsExactly("what is restarted");
  }
}
