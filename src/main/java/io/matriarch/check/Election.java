package io.matriarch.check;

import io.matriarch.inventory.Lsn;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Fork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who among the survivors of a lost primary has come furthest on its own timeline. "The highest
 * timeline, then the highest LSN" would elect a fork that somebody promoted by hand; here only
 * those count whose history holds the lost primary's timeline, and which did not leave it before
 * the last position that is known of it. To be asked once nobody receives WAL any more.
 *
 * @param ranked who counts, the furthest first
 * @param excluded who does not, each with its reason
 */
public record Election(List<Ranked> ranked, List<Excluded> excluded) {

  /** A survivor and what it said of itself. */
  public record Survivor(long id, String server, ReadinessFacts facts) {}

  /** A survivor that counts, and how far it has come. */
  public record Ranked(long id, String server, Lsn position) {}

  /** A survivor that does not count. */
  public record Excluded(long id, String server, String why) {}

  public Election {
    ranked = List.copyOf(ranked);
    excluded = List.copyOf(excluded);
  }

  /**
   * @param timeline that the lost primary wrote
   * @param last how far the lost primary is known to have written; null if that is not known
   */
  public static Election of(List<Survivor> survivors, int timeline, @Nullable Lsn last) {
    List<Ranked> ranked = new ArrayList<>();
    List<Excluded> excluded = new ArrayList<>();
    for (Survivor survivor : survivors) {
      String why = whyNot(survivor.facts(), timeline, last);
      Optional<Lsn> position = position(survivor.facts());
      if (why == null && position.isPresent()) {
        ranked.add(new Ranked(survivor.id(), survivor.server(), position.get()));
      } else {
        excluded.add(
            new Excluded(
                survivor.id(),
                survivor.server(),
                Objects.requireNonNullElse(why, "how far it has come is not known")));
      }
    }
    ranked.sort(Comparator.comparing(Ranked::position).reversed());
    return new Election(ranked, excluded);
  }

  private static @Nullable String whyNot(ReadinessFacts facts, int timeline, @Nullable Lsn last) {
    Integer own = facts.timeline();
    if (!Boolean.TRUE.equals(facts.inRecovery())) {
      return "it is not a standby any more";
    }
    if (own == null) {
      return "its timeline is not known";
    }
    if (own == timeline) {
      return null;
    }
    if (own < timeline) {
      return "it is on timeline %d and never followed the primary onto %d".formatted(own, timeline);
    }
    List<Fork> history = facts.history();
    Fork left =
        history == null
            ? null
            : history.stream().filter(f -> f.timeline() == timeline).findFirst().orElse(null);
    if (left == null) {
      return "it is on timeline %d, whose history does not hold the primary's timeline %d"
          .formatted(own, timeline);
    }
    Lsn fork = new Lsn(left.end());
    return last != null && fork.compareTo(last) < 0
        ? "it follows timeline %d, which left the primary's at %s, before its last known position %s: somebody promoted another server"
            .formatted(own, fork, last)
        : null;
  }

  private static Optional<Lsn> position(ReadinessFacts facts) {
    long furthest = Math.max(facts.received().orElse(-1), facts.replayed().orElse(-1));
    return furthest < 0 ? Optional.empty() : Optional.of(new Lsn(furthest));
  }

  public Optional<Ranked> of(long id) {
    return ranked.stream().filter(r -> r.id() == id).findFirst();
  }

  /** All of them in one line, for the log. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    ranked.forEach(r -> words.add("%s at %s".formatted(r.server(), r.position())));
    excluded.forEach(e -> words.add("not %s: %s".formatted(e.server(), e.why())));
    return String.join("; ", words);
  }
}
