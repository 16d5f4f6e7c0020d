package io.matriarch.check;

import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** At which site a herd is, and at which it could be. */
public final class SiteChecks {

  private SiteChecks() {}

  /**
   * That the candidate is at another site than the primary.
   *
   * @param candidate id of an instance; 0 for the best by rule
   * @param elsewhere whom the rule may choose, the best first
   */
  public static Check elsewhere(
      long herdId, long candidate, List<Candidates.Ranked> elsewhere, Fleet fleet) {
    String name = "the candidate is at another site";
    Optional<Instance> primary = fleet.primaryOf(herdId);
    String here = primary.map(p -> site(p, fleet)).orElse("no site");
    Optional<Instance> chosen = Candidates.chosen(herdId, candidate, elsewhere, fleet);
    if (chosen.isEmpty()) {
      return Check.failed(
          name,
          "no running standby is at another site than the primary (%s)".formatted(here),
          "Give servers their sites and bring a standby there up, or switch over within the site.");
    }
    String there = fleet.serverOf(chosen.get()).site();
    return there == null || there.equals(primary.map(p -> fleet.serverOf(p).site()).orElse(null))
        ? Check.failed(
            name,
            "%s is at %s, as the primary"
                .formatted(fleet.serverOf(chosen.get()).name(), site(chosen.get(), fleet)),
            "Leave the choice to the rule, or switch over within the site.")
        : Check.passed(
            name,
            "%s at %s".formatted(fleet.serverOf(chosen.get()).name(), site(chosen.get(), fleet)));
  }

  /** That the herd was moved to another site than the one it belongs to. */
  public static Check away(long herdId, Fleet fleet) {
    String name = "the herd is away from home";
    Optional<Instance> home = Candidates.home(herdId, fleet);
    if (home.isPresent()) {
      return Check.passed(
          name, "it was at %s on %s".formatted(site(home.get(), fleet), server(home.get(), fleet)));
    }
    @Nullable Long left =
        fleet.herds().containsKey(herdId) ? fleet.herds().get(herdId).home() : null;
    return left != null
        ? Check.failed(
            name,
            "the member that was primary before it was moved is no more",
            "Name a new primary with Switch over.")
        : Check.failed(
            name,
            "no switch or failover to another site is on record that was not reversed",
            "Name a new primary with Switch over, or use Switch to DR.");
  }

  /** That whoever is primary now may become it again, so that a drill can end. */
  public static Check homeAllowed(long herdId, Fleet fleet) {
    String name = "the primary may take over again";
    return fleet
        .primaryOf(herdId)
        .filter(p -> p.candidacy().preference() == Candidacy.Preference.NEVER)
        .map(
            p ->
                Check.failed(
                    name,
                    server(p, fleet) + " may never become primary, as somebody wrote down",
                    "Change its preference on the instance's page, or use Switch to DR."))
        .orElseGet(
            () ->
                Check.passed(
                    name, fleet.primaryOf(herdId).map(p -> server(p, fleet)).orElse("unknown")));
  }

  private static String server(Instance instance, Fleet fleet) {
    return fleet.serverOf(instance).name();
  }

  private static String site(Instance instance, Fleet fleet) {
    return Objects.requireNonNullElse(fleet.serverOf(instance).site(), "no site");
  }
}
