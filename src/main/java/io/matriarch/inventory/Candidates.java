package io.matriarch.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who may become primary of a herd, best first, and why. */
public final class Candidates {

  /** Less than a segment of WAL comes and goes between two samples. */
  private static final long NOISE = 16L * 1024 * 1024;

  private Candidates() {}

  /** A standby, its place among the others, and what decided it. */
  public record Ranked(Instance instance, String why) {}

  /**
   * The standbys that could be promoted, the best first: what people wish, then the primary's site,
   * then those that commits wait for, then least lag, in segments of WAL. Unknown lag comes last.
   */
  public static List<Ranked> ranked(long herdId, Fleet fleet) {
    String site = fleet.primaryOf(herdId).map(p -> fleet.serverOf(p).site()).orElse(null);
    Comparator<Instance> wish = Comparator.comparing(i -> i.candidacy().preference());
    Comparator<Instance> awayFromHome =
        Comparator.comparing(i -> site != null && !site.equals(fleet.serverOf(i).site()));
    Comparator<Instance> asynchronous = Comparator.comparing(i -> !i.candidacy().synchronous());
    Comparator<Instance> lag =
        Comparator.comparing(
            i -> i.lagBytes() == null ? Long.MAX_VALUE : Math.max(0, i.lagBytes()) / NOISE);
    return eligible(herdId, fleet)
        .sorted(
            wish.thenComparing(awayFromHome)
                .thenComparing(asynchronous)
                .thenComparing(lag)
                .thenComparing(Instance::id))
        .map(i -> new Ranked(i, why(i, site, fleet)))
        .toList();
  }

  /**
   * The standbys that could take over from a primary that is gone, the best first: whoever has come
   * furthest, then what people wish, then the primary's site. One whose position is not known comes
   * last.
   */
  public static List<Ranked> forFailover(long herdId, Fleet fleet) {
    String site = fleet.primaryOf(herdId).map(p -> fleet.serverOf(p).site()).orElse(null);
    Comparator<Instance> furthest =
        Comparator.comparing(
            (Instance i) -> i.lastTold().lsn(),
            Comparator.nullsLast(Comparator.<Lsn>naturalOrder().reversed()));
    Comparator<Instance> wish = Comparator.comparing(i -> i.candidacy().preference());
    Comparator<Instance> awayFromHome =
        Comparator.comparing(i -> site != null && !site.equals(fleet.serverOf(i).site()));
    return eligible(herdId, fleet)
        .sorted(
            furthest.thenComparing(wish).thenComparing(awayFromHome).thenComparing(Instance::id))
        .map(i -> new Ranked(i, "%s, %s".formatted(position(i), why(i, site, fleet))))
        .toList();
  }

  /** Those of {@link #ranked} that are at another site than the primary. */
  public static List<Ranked> elsewhere(long herdId, Fleet fleet) {
    return elsewhere(ranked(herdId, fleet), herdId, fleet);
  }

  /** Those of {@link #forFailover} that are at another site than the lost primary. */
  public static List<Ranked> elsewhereForFailover(long herdId, Fleet fleet) {
    return elsewhere(forFailover(herdId, fleet), herdId, fleet);
  }

  private static List<Ranked> elsewhere(List<Ranked> ranked, long herdId, Fleet fleet) {
    String site = fleet.primaryOf(herdId).map(p -> fleet.serverOf(p).site()).orElse(null);
    return ranked.stream()
        .filter(r -> fleet.serverOf(r.instance()).site() != null)
        .filter(r -> !Objects.equals(site, fleet.serverOf(r.instance()).site()))
        .toList();
  }

  /**
   * Those of {@link #ranked} at the site that the herd was moved from, the former primary first;
   * none while it is at home.
   */
  public static List<Ranked> atHome(long herdId, Fleet fleet) {
    Instance home = home(herdId, fleet).orElse(null);
    if (home == null) {
      return List.of();
    }
    String site = fleet.serverOf(home).site();
    return ranked(herdId, fleet).stream()
        .filter(r -> Objects.equals(site, fleet.serverOf(r.instance()).site()))
        .sorted(Comparator.comparing(r -> r.instance().id() != home.id()))
        .toList();
  }

  /** The member that was primary before the herd was moved to another site, if it was. */
  public static Optional<Instance> home(long herdId, Fleet fleet) {
    return Optional.ofNullable(fleet.herds().get(herdId)).map(Herd::home).flatMap(fleet::instance);
  }

  private static String position(Instance i) {
    return i.lastTold().lsn() == null ? "position unknown" : "at " + i.lastTold().lsn();
  }

  private static Stream<Instance> eligible(long herdId, Fleet fleet) {
    return fleet.members(herdId).stream()
        .filter(i -> i.state() instanceof InstanceState.Standby && !i.copy() && !i.fenced())
        .filter(i -> i.candidacy().preference() != Candidacy.Preference.NEVER);
  }

  private static String why(Instance i, @Nullable String site, Fleet fleet) {
    List<String> reasons = new ArrayList<>();
    switch (i.candidacy().preference()) {
      case PREFER -> reasons.add("preferred");
      case AVOID -> reasons.add("to be avoided");
      case NEUTRAL, NEVER -> {}
    }
    reasons.add(
        site == null || site.equals(fleet.serverOf(i).site())
            ? "same site"
            : "other site (%s)".formatted(fleet.serverOf(i).site()));
    if (i.candidacy().synchronous()) {
      reasons.add("synchronous");
    }
    reasons.add(lag(i.lagBytes()));
    return String.join(", ", reasons);
  }

  private static String lag(@Nullable Long bytes) {
    if (bytes == null) {
      return "lag unknown";
    }
    return bytes < 0 ? "no lag" : "lag %d B".formatted(bytes);
  }

  /**
   * The member that was asked for, or the best one.
   *
   * @param id of an instance; 0 for the best
   * @param ranked whom the rule may choose, the best first
   */
  public static Optional<Instance> chosen(long herdId, long id, List<Ranked> ranked, Fleet fleet) {
    return id == 0
        ? ranked.stream().map(Ranked::instance).findFirst()
        : fleet.instance(id).filter(i -> i.herdId() == herdId);
  }
}
