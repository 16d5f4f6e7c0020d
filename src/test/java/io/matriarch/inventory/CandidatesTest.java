package io.matriarch.inventory;

import static io.matriarch.inventory.Candidacy.Preference.AVOID;
import static io.matriarch.inventory.Candidacy.Preference.NEUTRAL;
import static io.matriarch.inventory.Candidacy.Preference.NEVER;
import static io.matriarch.inventory.Candidacy.Preference.PREFER;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CandidatesTest {

  private static UnaryOperator<Instance> standing(
      Candidacy.Preference preference, boolean synchronous, @Nullable Long lag) {
    return i -> TestFleet.standing(i, new Candidacy(preference, synchronous), lag, null);
  }

  private static List<String> ranked(Fleet fleet) {
    return Candidates.ranked(1, fleet).stream()
        .map(r -> fleet.serverOf(r.instance()).name() + ": " + r.why())
        .toList();
  }

  @Test
  void a_wish_comes_first_then_the_synchronous_then_the_least_lag_and_unknown_lag_last() {
    Fleet fleet =
        TestFleet.herd("orders")
            .primary("db1")
            .standby("unknown")
            .but(standing(NEUTRAL, false, null))
            .standby("lagging")
            .but(standing(NEUTRAL, false, 90_000_000L))
            .standby("close")
            .but(standing(NEUTRAL, false, 800L))
            .standby("closer")
            .but(standing(NEUTRAL, false, -7L))
            .standby("synchronous")
            .but(standing(NEUTRAL, true, 950L))
            .standby("avoided")
            .but(standing(AVOID, true, 0L))
            .standby("preferred")
            .but(standing(PREFER, false, 5000L))
            .standby("never")
            .but(standing(NEVER, true, 0L))
            .build();

    assertThat(ranked(fleet))
        .containsExactly(
            "preferred: preferred, same site, lag 5000 B",
            "synchronous: same site, synchronous, lag 950 B",
            "close: same site, lag 800 B",
            "closer: same site, no lag",
            "lagging: same site, lag 90000000 B",
            "unknown: same site, lag unknown",
            "avoided: to be avoided, same site, synchronous, lag 0 B");
  }

  @Test
  void whoever_may_never_become_primary_is_not_chosen_by_rule_and_refused_by_name() {
    Fleet fleet =
        TestFleet.herd("orders")
            .primary("db1")
            .standby("db2")
            .but(standing(NEVER, false, 0L))
            .build();

    assertThat(Candidates.chosen(1, 0, Candidates.ranked(1, fleet), fleet)).isEmpty();
    assertThat(
            io.matriarch.check.SwitchoverChecks.of(
                1, 2, Candidates.ranked(1, fleet), 10, 60, fleet))
        .filteredOn(io.matriarch.check.Check::hasFailed)
        .extracting(io.matriarch.check.Check::seen)
        .contains("db2 may never become primary, as somebody wrote down");
  }
}
