package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.check.Check.Outcome;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SetSynchronousTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);
  private static final Action ACTION = ACTIONS.action("herd.set-synchronous");

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static Fleet orders() {
    return TestFleet.herd("orders").primary("db1").standby("db2").standby("db3").build();
  }

  private static Check effect(Fleet fleet, Map<String, String> options) {
    return ACTION.checks(HERD, fleet, Catalogued.options(ACTION, options)).stream()
        .filter(c -> c.name().equals("what commits wait for"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void what_comes_of_it_is_told_before() {
    assertThat(effect(orders(), Map.of()))
        .satisfies(c -> assertThat(c.outcome()).isEqualTo(Outcome.PASSED))
        .satisfies(
            c ->
                assertThat(c.seen())
                    .isEqualTo("for 1 of db2, db3, of which db2, db3 receive from db1"));
    assertThat(effect(orders(), Map.of("standbys", "2")))
        .satisfies(c -> assertThat(c.outcome()).isEqualTo(Outcome.WARNING))
        .satisfies(c -> assertThat(c.remedy()).contains("if one is lost or restarted"));
    assertThat(effect(orders(), Map.of("standbys", "0")).remedy())
        .contains("may lose what was acknowledged last");
    assertThat(effect(orders(), Map.of("standbys", "3")))
        .satisfies(c -> assertThat(c.hasFailed()).isTrue())
        .satisfies(c -> assertThat(c.overruledBy()).isEqualTo("ignoreWaiting"));
    assertThat(effect(orders(), Map.of("standbys", "2", "members", "3")).hasFailed()).isTrue();
  }

  @Test
  void one_that_is_away_does_not_count_and_a_herd_without_primary_is_refused() {
    Fleet away =
        TestFleet.herd("orders").primary("db1").unreachable("db2", Instance.Role.STANDBY).build();
    Fleet none =
        TestFleet.herd("orders").unreachable("db1", Instance.Role.PRIMARY).standby("db2").build();

    assertThat(effect(away, Map.of()).seen()).endsWith("none receives from db1");
    assertThat(ACTION.checks(HERD, none, Catalogued.options(ACTION, Map.of())))
        .anySatisfy(c -> assertThat(c.remedy()).isEqualTo("Bring the primary back first."));
  }

  @Test
  void the_plan_says_whom_commits_wait_for_and_what_is_run_where() {
    List<String> steps =
        ACTION
            .plan(HERD, orders(), Catalogued.options(ACTION, Map.of("members", "3")))
            .entries()
            .stream()
            .map(e -> e.step().describe() + e.step().commands())
            .toList();

    assertThat(steps)
        .singleElement()
        .satisfies(
            s ->
                assertThat(s)
                    .startsWith("let commits on PostgreSQL 17/main on db1 wait for 1 of db3")
                    .contains("host=db1", "host=db2", "host=db3", "ANY 1 (\"db3\")"));
  }
}
