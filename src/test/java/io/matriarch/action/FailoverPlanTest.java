package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FailoverPlanTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Action FAILOVER = ACTIONS.action("herd.failover");
  private static final Target HERD = Target.herd(1);
  private static final Map<String, String> NONE = Map.of();

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  /** The primary is silent; the second standby has come further than the first. */
  private static TestFleet orders() {
    return TestFleet.herd("orders")
        .unreachable("db1", Instance.Role.PRIMARY)
        .but(i -> TestFleet.lastTold(i, 3, 1000))
        .standby("db2")
        .but(i -> TestFleet.lastTold(i, 3, 900))
        .standby("db3")
        .but(i -> TestFleet.lastTold(i, 3, 950))
        .pooler("app");
  }

  private static Plan plan(Fleet fleet, Map<String, String> options) {
    return FAILOVER.plan(HERD, fleet, Catalogued.options(FAILOVER, options));
  }

  private static List<String> steps(Plan plan) {
    return plan.entries().stream().map(e -> e.step().describe()).toList();
  }

  private static List<Check> failed(Fleet fleet, Map<String, String> options) {
    return FAILOVER.checks(HERD, fleet, Catalogued.options(FAILOVER, options)).stream()
        .filter(Check::hasFailed)
        .toList();
  }

  @Test
  void the_primary_is_fenced_and_nobody_receives_before_one_is_elected_and_promoted() {
    Plan plan = plan(orders().build(), NONE);
    List<String> steps = steps(plan);

    assertThat(steps.subList(0, plan.pointOfNoReturn()))
        .satisfiesExactly(
            s -> assertThat(s).startsWith("prove that PostgreSQL 17/main on db3 could take over"),
            s -> assertThat(s).startsWith("reserve the next term"),
            s -> assertThat(s).startsWith("keep PostgreSQL 17/main on db1 from writing"),
            s -> assertThat(s).startsWith("stop receiving WAL on"),
            s -> assertThat(s).startsWith("compare how far"),
            s -> assertThat(s).startsWith("create the slots matriarch_1, matriarch_2"));
    assertThat(steps.get(plan.pointOfNoReturn())).startsWith("promote PostgreSQL 17/main on db3");
    assertThat(steps.subList(plan.pointOfNoReturn() + 1, steps.size()))
        .anyMatch(s -> s.contains("lead clients at pooler app"))
        .anyMatch(s -> s.contains("make PostgreSQL 17/main on db2 follow"));
  }

  @Test
  void by_rule_whoever_has_come_furthest_takes_over_but_never_one_that_may_not() {
    Fleet never =
        orders()
            .but(
                i ->
                    TestFleet.standing(
                        i, new Candidacy(Candidacy.Preference.NEVER, false), 0L, null))
            .build();

    assertThat(steps(plan(never, NONE)))
        .anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db2"))
        .anyMatch(s -> s.startsWith("compare how far") && s.contains("db3"));
    assertThat(failed(never, Map.of("candidate", "3")))
        .anySatisfy(c -> assertThat(c.seen()).contains("may never become primary"));
  }

  @Test
  void a_loss_needs_the_word_of_a_person_and_is_named() {
    List<Check> failed = failed(orders().build(), Map.of("candidate", "2"));

    assertThat(failed)
        .singleElement()
        .satisfies(c -> assertThat(c.overruledBy()).isEqualTo("acceptLoss"))
        .satisfies(c -> assertThat(c.seen()).startsWith("100 B: db1 was last seen at 0/3E8"));
  }

  @Test
  void what_an_asynchronous_primary_acknowledged_later_is_named_too() {
    Fleet level = orders().but(i -> TestFleet.lastTold(i, 3, 1000)).build();

    assertThat(failed(level, NONE))
        .singleElement()
        .satisfies(c -> assertThat(c.seen()).startsWith("nothing of what is known"))
        .satisfies(c -> assertThat(c.seen()).contains("whatever it acknowledged after that"));
  }

  @Test
  void a_synchronous_standby_that_has_all_that_is_known_loses_nothing() {
    Fleet secured =
        orders()
            .but(i -> TestFleet.lastTold(i, 3, 1000))
            .but(
                i ->
                    TestFleet.standing(
                        i, new Candidacy(Candidacy.Preference.NEUTRAL, true), 0L, null))
            .build();

    assertThat(failed(secured, NONE)).isEmpty();
  }

  @Test
  void a_primary_that_answers_is_given_up_only_if_somebody_insists() {
    Fleet alive = TestFleet.herd("orders").primary("db1").standby("db2").build();

    assertThat(failed(alive, NONE))
        .extracting(Check::overruledBy)
        .containsExactlyInAnyOrder("ignoreAlive", "acceptLoss");
  }

  @Test
  void a_member_that_could_hold_more_must_be_there_unless_overruled() {
    Fleet fleet = orders().unreachable("db4", Instance.Role.STANDBY).build();

    assertThat(failed(fleet, NONE))
        .anySatisfy(c -> assertThat(c.overruledBy()).isEqualTo("ignoreMissing"))
        .anySatisfy(c -> assertThat(c.seen()).contains("db4"));
    assertThat(steps(plan(fleet, Map.of("ignoreMissing", "true"))))
        .noneMatch(s -> s.contains("db4"));
  }

  @Test
  void a_fence_by_word_needs_the_words() {
    assertThat(failed(orders().build(), Map.of("fence", "statement", "acceptLoss", "true")))
        .anySatisfy(c -> assertThat(c.seen()).contains("you have not said"));
    assertThat(
            steps(
                plan(
                    orders().build(),
                    Map.of("fence", "auto", "statement", "powered off, ticket 4711"))))
        .anyMatch(s -> s.contains("over SSH") && s.contains("else rely on your word"));
  }

  @Test
  void a_primary_that_answers_can_be_shut_off_and_is_stopped_once_another_one_leads() {
    Map<String, String> hba = Map.of("fence", "hba", "ignoreAlive", "true", "acceptLoss", "true");
    Fleet alive = TestFleet.herd("orders").primary("db1").standby("db2").build();

    assertThat(failed(alive, hba)).allMatch(c -> c.overruledBy() != null);
    assertThat(failed(orders().build(), hba))
        .anySatisfy(c -> assertThat(c.seen()).contains("pg_hba.conf keeps nobody out"));
    Plan plan = plan(alive, hba);
    List<String> steps = steps(plan);
    assertThat(steps)
        .anySatisfy(
            s ->
                assertThat(s)
                    .startsWith("keep PostgreSQL 17/main on db1 from writing: let nobody connect")
                    .doesNotContain("over SSH"));
    assertThat(steps.subList(plan.pointOfNoReturn(), steps.size()))
        .anyMatch(s -> s.startsWith("stop PostgreSQL 17/main on db1, whatever holds it"));
  }

  @Test
  void where_commits_wait_for_standbys_these_keep_a_primary_from_acknowledging_anything() {
    Map<String, String> synchronous = Map.of("fence", "synchronous");
    Fleet fleet = orders().commits("ANY 1 (db1, db2, db3)", 2L, 3L).build();

    assertThat(failed(fleet, synchronous)).isEmpty();
    Plan plan = plan(fleet, synchronous);
    List<String> steps = steps(plan);
    assertThat(steps.subList(0, plan.pointOfNoReturn()))
        .satisfiesExactly(
            s -> assertThat(s).startsWith("prove that"),
            s -> assertThat(s).startsWith("reserve the next term"),
            s -> assertThat(s).startsWith("stop receiving WAL on"),
            s ->
                assertThat(s)
                    .startsWith("keep PostgreSQL 17/main on db1 from writing: see that so many"),
            s -> assertThat(s).startsWith("compare how far"),
            s -> assertThat(s).startsWith("create the slots"));
    assertThat(steps.subList(plan.pointOfNoReturn(), steps.size()))
        .anyMatch(s -> s.startsWith("if its host answers, stop PostgreSQL 17/main on db1"));
  }

  @Test
  void a_synchronous_standby_that_is_away_or_a_herd_that_waits_for_nobody_is_no_fence() {
    Map<String, String> synchronous = Map.of("fence", "synchronous");

    assertThat(
            failed(
                orders()
                    .unreachable("db4", Instance.Role.STANDBY)
                    .commits("ANY 1 (db2, db3, db4)", 2L, 3L, 4L)
                    .build(),
                synchronous))
        .anySatisfy(
            c ->
                assertThat(c.seen()).contains("3 of these must receive nothing, and only db2, db3"))
        .anySatisfy(c -> assertThat(c.name()).isEqualTo("what would be lost"));
    assertThat(failed(orders().commits("", 2L, 3L).build(), synchronous))
        .anySatisfy(c -> assertThat(c.seen()).contains("wait for no standby"));
    assertThat(failed(orders().build(), synchronous))
        .anySatisfy(c -> assertThat(c.seen()).startsWith("it is not known for which standbys"));
  }

  @Test
  void the_elected_candidate_is_frozen_at_confirmation() {
    Fleet fleet = orders().build();
    Plan plan = plan(fleet, NONE);

    assertThat(FAILOVER.frozen(Catalogued.options(FAILOVER, NONE), plan).get("candidate"))
        .isEqualTo("3");
  }

  @Test
  void one_that_a_switch_has_stopped_is_named_as_who_may_take_over_again() {
    Fleet fleet =
        TestFleet.herd("orders")
            .unreachable("db2", Instance.Role.PRIMARY)
            .stopped("db1", Instance.Role.STANDBY)
            .build();

    assertThat(failed(fleet, NONE))
        .anySatisfy(
            c -> assertThat(c.remedy()).startsWith("Start db1 (").contains("fail over to it"));
  }

  @Test
  void a_herd_without_standbys_or_primary_is_refused_with_a_reason() {
    assertThat(
            failed(
                TestFleet.herd("orders").unreachable("db1", Instance.Role.PRIMARY).build(), NONE))
        .anySatisfy(c -> assertThat(c.remedy()).contains("restore a backup"));
    assertThat(
            failed(
                TestFleet.herd("orders").unreachable("db1", Instance.Role.UNKNOWN).build(), NONE))
        .anySatisfy(c -> assertThat(c.seen()).contains("no primary of this herd was ever seen"));
  }
}
