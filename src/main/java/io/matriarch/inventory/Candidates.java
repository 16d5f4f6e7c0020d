package io.matriarch.inventory;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who may become primary of a herd, best first, and why. */
public final class Candidates {

  private Candidates() {}

  /** A standby, its place among the others, and what decided it. */
  public record Ranked(Instance instance, String why) {}

  /** The standbys that could be promoted, the best first: same site as the primary, least lag. */
  public static List<Ranked> ranked(long herdId, Fleet fleet) {
    String site = fleet.primaryOf(herdId).map(p -> fleet.serverOf(p).site()).orElse(null);
    Comparator<Instance> awayFromHome =
        Comparator.comparing(i -> site != null && !site.equals(fleet.serverOf(i).site()));
    Comparator<Instance> lag =
        Comparator.comparing(i -> i.lagBytes() == null ? Long.MAX_VALUE : i.lagBytes());
    return fleet.members(herdId).stream()
        .filter(i -> i.state() instanceof InstanceState.Standby && !i.copy())
        .sorted(awayFromHome.thenComparing(lag).thenComparing(Instance::id))
        .map(i -> new Ranked(i, why(i, site, fleet)))
        .toList();
  }

  private static String why(
      Instance i, @org.jspecify.annotations.Nullable String site, Fleet fleet) {
    String place =
        site == null || site.equals(fleet.serverOf(i).site())
            ? "same site"
            : "other site (%s)".formatted(fleet.serverOf(i).site());
    return i.lagBytes() == null
        ? place + ", lag unknown"
        : place + ", lag %d B".formatted(i.lagBytes());
  }

  /**
   * The member that was asked for, or the best one.
   *
   * @param id of an instance; 0 for the best
   */
  public static Optional<Instance> chosen(long herdId, long id, Fleet fleet) {
    return id == 0
        ? ranked(herdId, fleet).stream().map(Ranked::instance).findFirst()
        : fleet.instance(id).filter(i -> i.herdId() == herdId);
  }
}
