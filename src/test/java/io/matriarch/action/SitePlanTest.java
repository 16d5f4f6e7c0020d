package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SitePlanTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static UnaryOperator<Server> at(String site) {
    return s -> TestFleet.at(s, site);
  }

  /** One at home beside the primary, two at the other site. */
  private static TestFleet orders() {
    return TestFleet.herd("orders")
        .onServers(at("a"))
        .primary("db1")
        .standby("db2")
        .onServers(at("b"))
        .standby("db3")
        .standby("db4")
        .pooler("app");
  }

  private static Instance wished(Instance i, Candidacy.Preference preference) {
    return TestFleet.standing(i, new Candidacy(preference, false), null, null);
  }

  private static List<String> seen(String action, Fleet fleet, Map<String, String> options) {
    return ACTIONS.failed(action, HERD, fleet, options).stream().map(Check::seen).toList();
  }

  @Test
  void to_dr_goes_the_best_standby_of_another_site() {
    Fleet fleet = orders().but(i -> wished(i, Candidacy.Preference.PREFER)).build();

    assertThat(ACTIONS.failed("herd.switch-to-dr", HERD, fleet)).isEmpty();
    assertThat(ACTIONS.steps("herd.switch-to-dr", HERD, fleet))
        .anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db4"));
    assertThat(seen("herd.switch-to-dr", fleet, Map.of("candidate", "2")))
        .containsExactly("db2 is at a, as the primary");
  }

  @Test
  void without_a_standby_elsewhere_there_is_no_dr_to_go_to() {
    Fleet fleet = TestFleet.herd("orders").onServers(at("a")).primary("db1").standby("db2").build();

    assertThat(seen("herd.switch-to-dr", fleet, Map.of()))
        .contains("no running standby is at another site than the primary (a)");
  }

  @Test
  void a_failover_to_dr_leaves_out_who_has_come_furthest_at_the_lost_site() {
    Fleet lost =
        TestFleet.herd("orders")
            .onServers(at("a"))
            .unreachable("db1", Instance.Role.PRIMARY)
            .standby("db2")
            .but(i -> TestFleet.lastTold(i, 3, 2000))
            .onServers(at("b"))
            .standby("db3")
            .but(i -> TestFleet.lastTold(i, 3, 1500))
            .build();

    assertThat(ACTIONS.steps("herd.failover", HERD, lost))
        .anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db2"));
    assertThat(ACTIONS.steps("herd.failover-to-dr", HERD, lost))
        .anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db3"))
        .anyMatch(s -> s.contains("give db3 what another one has and it has not"));
    assertThat(seen("herd.failover-to-dr", lost, Map.of("candidate", "2")))
        .contains("db2 is at a, as the primary");
  }

  @Test
  void back_goes_whoever_was_primary_before() {
    Fleet away =
        TestFleet.herd("orders")
            .onServers(at("b"))
            .primary("db1")
            .onServers(at("a"))
            .standby("db2")
            .standby("db3")
            .home(3)
            .build();

    assertThat(ACTIONS.failed("herd.switch-back", HERD, away)).isEmpty();
    assertThat(ACTIONS.steps("herd.switch-back", HERD, away))
        .anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db3"));
  }

  @Test
  void if_that_one_does_not_run_the_best_beside_it_takes_over() {
    Fleet away =
        TestFleet.herd("orders")
            .onServers(at("b"))
            .primary("db1")
            .onServers(at("a"))
            .standby("db2")
            .stopped("db3", Instance.Role.STANDBY)
            .home(3)
            .build();

    assertThat(ACTIONS.steps("herd.switch-back", HERD, away))
        .anyMatch(s -> s.startsWith("promote PostgreSQL 17/main on db2"));
  }

  @Test
  void a_herd_that_is_at_home_is_not_switched_back() {
    assertThat(seen("herd.switch-back", orders().build(), Map.of()))
        .contains("no switch or failover to another site is on record that was not reversed");
  }

  @Test
  void a_drill_ends_with_a_proof_and_says_who_brings_the_herd_back() {
    assertThat(ACTIONS.steps("herd.drill", HERD, orders().build(), Map.of("holdMinutes", "15")))
        .last()
        .isEqualTo(
            "prove that PostgreSQL 17/main on db3 takes writes; after 15 min a job of its own switches back to db1");
  }

  @Test
  void a_drill_is_not_begun_that_could_not_end() {
    Fleet never =
        TestFleet.herd("orders")
            .onServers(at("a"))
            .primary("db1")
            .but(i -> wished(i, Candidacy.Preference.NEVER))
            .onServers(at("b"))
            .standby("db2")
            .build();

    assertThat(seen("herd.drill", never, Map.of()))
        .containsExactly("db1 may never become primary, as somebody wrote down");
    assertThat(seen("herd.drill", orders().build(), Map.of("holdMinutes", "2000")))
        .containsExactly("it would hold for 2000 min");
  }
}
