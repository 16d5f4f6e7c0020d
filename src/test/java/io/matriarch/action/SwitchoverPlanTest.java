package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.job.Action;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SwitchoverPlanTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static TestFleet orders() {
    return TestFleet.herd("orders").primary("db1").standby("db2").standby("db3").pooler("app");
  }

  private static Plan plan(Fleet fleet, Map<String, String> options) {
    Action action = ACTIONS.action("herd.switchover");
    return action.plan(HERD, fleet, Catalogued.options(action, options));
  }

  private static List<String> failed(Fleet fleet, Map<String, String> options) {
    Action action = ACTIONS.action("herd.switchover");
    return action.checks(HERD, fleet, Catalogued.options(action, options)).stream()
        .filter(Check::hasFailed)
        .map(Check::name)
        .toList();
  }

  @Test
  void nothing_is_changed_before_everything_was_proven_and_nothing_promoted_before_the_point() {
    Plan plan = plan(orders().build(), Map.of("candidate", "2"));
    List<String> steps = plan.entries().stream().map(e -> e.step().describe()).toList();

    assertThat(steps.getFirst()).startsWith("prove that");
    assertThat(steps.get(1)).startsWith("reserve the next term");
    assertThat(steps.get(plan.pointOfNoReturn())).startsWith("promote PostgreSQL 17/main on db2");
    assertThat(steps.get(plan.pointOfNoReturn() - 1))
        .startsWith("make PostgreSQL 17/main on db1 start as a standby only")
        .contains("prove that PostgreSQL 17/main on db2 has replayed all of it")
        .contains("prove that all pauses hold");
    assertThat(steps.subList(0, plan.pointOfNoReturn())).noneMatch(s -> s.startsWith("promote"));
  }

  @Test
  void the_primary_is_stopped_only_while_clients_wait_and_comes_back_before_they_go_on() {
    Plan plan = plan(orders().build(), Map.of("candidate", "2"));
    List<Plan.Entry> entries = plan.entries();
    int pause = at(plan, "pause clients");
    int stop = at(plan, "stop PostgreSQL");

    assertThat(pause).isLessThan(stop);
    assertThat(String.valueOf(entries.get(pause).always())).contains("ResumePoolers");
    assertThat(String.valueOf(entries.get(stop).onFailure())).contains("RestorePrimary");
    assertThat(at(plan, "make PostgreSQL 17/main on db1 start as a standby only"))
        .isGreaterThan(stop);
  }

  @Test
  void the_fast_variant_shuts_clients_out_and_stops_the_former_primary_once_they_went_on() {
    Plan plan = plan(orders().build(), Map.of("candidate", "2", "fast", "true"));
    int shut = at(plan, "let nobody connect to PostgreSQL 17/main on db1 any more");

    assertThat(at(plan, "prove that nothing but sessions writes"))
        .isLessThan(at(plan, "reserve the next term"));
    assertThat(at(plan, "pause clients")).isLessThan(shut);
    assertThat(plan.entries().get(shut).step().describe()).contains("connections from db1 refused");
    assertThat(String.valueOf(plan.entries().get(shut).onFailure())).contains("LetClientsIn");
    assertThat(plan.entries().get(plan.pointOfNoReturn() - 1).step().describe())
        .startsWith("prove that PostgreSQL 17/main on db2 has replayed all of it")
        .contains("prove that all pauses hold");
    assertThat(at(plan, "stop PostgreSQL 17/main on db1")).isGreaterThan(at(plan, "lead clients"));
    int checkpoint = at(plan, "write a checkpoint on PostgreSQL 17/main on db2");
    assertThat(at(plan, "make PostgreSQL 17/main on db3 follow")).isGreaterThan(checkpoint);
    Action action = ACTIONS.action("herd.switchover");
    assertThat(
            action.checks(
                HERD, orders().build(), Catalogued.options(action, Map.of("fast", "true"))))
        .first()
        .satisfies(c -> assertThat(c.outcome()).isEqualTo(Check.Outcome.WARNING))
        .satisfies(c -> assertThat(c.remedy()).contains("rewound afterwards"));
  }

  @Test
  void resuming_clients_needs_the_promotion_alone() {
    Plan plan = plan(orders().build(), Map.of("candidate", "2"));

    assertThat(plan.entries().get(at(plan, "lead clients")).needs())
        .containsExactly(plan.pointOfNoReturn());
    assertThat(plan.entries().get(at(plan, "make PostgreSQL 17/main on db3 follow")).needs())
        .containsExactly(plan.pointOfNoReturn());
  }

  @Test
  void the_former_primary_returns_after_a_checkpoint_of_the_new_one() {
    Plan plan = plan(orders().build(), Map.of("candidate", "2"));
    int checkpoint = at(plan, "write a checkpoint on PostgreSQL 17/main on db2");

    assertThat(checkpoint).isGreaterThan(plan.pointOfNoReturn());
    assertThat(plan.entries().get(at(plan, "start PostgreSQL 17/main on db1 as a standby")).needs())
        .contains(checkpoint);
  }

  @Test
  void standbys_of_a_standby_are_left_as_they_are() {
    Fleet cascade = orders().but(i -> TestFleet.standbyOf(i, 2)).build();

    assertThat(
            plan(cascade, Map.of("candidate", "2")).entries().stream()
                .map(e -> e.step().describe()))
        .noneMatch(step -> step.contains("on db3 follow"));
  }

  @Test
  void the_rule_chooses_the_standby_with_least_lag_and_says_whom_else() {
    Fleet fleet = orders().build();

    assertThat(plan(fleet, Map.of()).entries().getFirst().step().describe()).contains("on db2");
    Action action = ACTIONS.action("herd.switchover");
    assertThat(action.checks(HERD, fleet, Catalogued.options(action, Map.of())))
        .anyMatch(c -> c.seen().startsWith("by rule: db2") && c.seen().contains("then db3"));
  }

  @Test
  void whom_the_rule_chose_at_the_confirmation_stays_chosen() {
    Action action = ACTIONS.action("herd.switchover");
    Options byRule = Catalogued.options(action, Map.of());
    Plan confirmed = action.plan(HERD, orders().build(), byRule);
    Fleet later =
        TestFleet.herd("orders")
            .primary("db1")
            .standby("db2")
            .but(i -> TestFleet.standing(i, Candidacy.NEUTRAL, 500_000_000L, null))
            .standby("db3")
            .but(i -> TestFleet.standing(i, Candidacy.NEUTRAL, 0L, null))
            .pooler("app")
            .build();

    assertThat(action.plan(HERD, later, byRule)).isNotEqualTo(confirmed);
    assertThat(action.plan(HERD, later, action.frozen(byRule, confirmed))).isEqualTo(confirmed);
  }

  @Test
  void a_herd_whose_primary_is_down_is_not_switched() {
    Fleet fleet =
        TestFleet.herd("orders").stopped("db1", Instance.Role.PRIMARY).standby("db2").build();

    assertThat(failed(fleet, Map.of())).contains("the primary is alive");
  }

  @Test
  void two_writers_are_settled_first() {
    Fleet fleet = TestFleet.herd("orders").primary("db1").primary("db2").standby("db3").build();

    assertThat(failed(fleet, Map.of("candidate", "3"))).contains("one member accepts writes");
  }

  @Test
  void a_stopped_standby_or_a_stranger_is_no_candidate() {
    Fleet fleet =
        TestFleet.herd("orders").primary("db1").stopped("db2", Instance.Role.STANDBY).build();

    String check = "the candidate is a running standby of the primary";
    assertThat(failed(fleet, Map.of("candidate", "2"))).contains(check);
    assertThat(failed(fleet, Map.of("candidate", "99"))).contains(check);
    assertThat(failed(fleet, Map.of())).contains(check);
    assertThat(failed(fleet, Map.of("candidate", "1"))).contains(check);
  }

  @Test
  void a_pause_that_could_end_too_early_is_refused() {
    assertThat(failed(orders().build(), Map.of("pauseLimit", "40", "pauseExpiry", "60")))
        .contains("clients wait at poolers");
  }

  @Test
  void a_manager_in_charge_is_named() {
    Fleet fleet =
        TestFleet.herd("orders")
            .primary("db1")
            .but(i -> TestFleet.managed(i, "patroni"))
            .standby("db2")
            .build();

    assertThat(failed(fleet, Map.of("candidate", "2")))
        .containsExactly("no other manager in charge (db1)");
  }

  @Test
  void a_primary_that_was_last_unreachable_is_not_taken_for_alive() {
    Fleet fleet =
        TestFleet.herd("orders").unreachable("db1", Instance.Role.PRIMARY).standby("db2").build();

    assertThat(fleet.members(1).getFirst().state()).isInstanceOf(InstanceState.Unreachable.class);
    assertThat(failed(fleet, Map.of("candidate", "2"))).contains("the primary is alive");
  }

  private static int at(Plan plan, String begins) {
    for (int i = 0; i < plan.entries().size(); i++) {
      if (plan.entries().get(i).step().describe().startsWith(begins)) {
        return i;
      }
    }
    throw new AssertionError("no step begins with " + begins);
  }

  @Test
  void the_slot_of_a_fenced_member_is_dropped_with_the_others_and_it_is_no_candidate() {
    Fleet fleet =
        orders()
            .stopped("db4", Instance.Role.PRIMARY)
            .but(TestFleet::fenced)
            .standby("db5")
            .but(TestFleet::fenced)
            .build();
    Plan plan = plan(fleet, Map.of());

    assertThat(plan.entries())
        .map(e -> e.step().toString())
        .anyMatch(s -> s.startsWith("TidySlots") && s.contains("members=[2, 3, 4, 5]"));
    assertThat(failed(fleet, Map.of("candidate", "5"))).isNotEmpty();
  }
}
