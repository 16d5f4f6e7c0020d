package io.matriarch.check;

import io.matriarch.inventory.Commits;
import io.matriarch.postgres.SynchronousNames;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether a primary can be kept from acknowledging commits by its standbys alone. Where each commit
 * waits for q of n standbys, no commit returns once n - q + 1 of these receive nothing; and
 * whatever was acknowledged before is on one of them at least.
 */
public final class CommitQuorum {

  private CommitQuorum() {}

  /**
   * Why it cannot; empty if it can.
   *
   * @param primary what it calls itself as a standby: a name of it in its own list stands for
   *     nobody
   * @param silent application names of standbys that receive nothing any more
   */
  public static Optional<String> gap(Commits commits, String primary, Collection<String> silent) {
    String names = commits.names();
    if (names == null) {
      return Optional.of(
          "it is not known for which standbys commits on %s wait".formatted(primary));
    }
    SynchronousNames wanted = SynchronousNames.parse(names);
    if (wanted.needed() == 0) {
      return Optional.of(
          "commits on %s wait for no standby (synchronous_standby_names, synchronous_commit)"
              .formatted(primary));
    }
    if (wanted.takesAny()) {
      return Optional.of(
          "synchronous_standby_names of %s holds *: whoever receives WAL may let a commit return"
              .formatted(primary));
    }
    Set<String> counting = counting(wanted, primary);
    return twice(commits, counting).or(() -> tooFew(wanted.needed(), counting, silent, primary));
  }

  /** Standbys by name that could let a commit return. */
  private static Set<String> counting(SynchronousNames wanted, String primary) {
    Set<String> counting = new TreeSet<>(wanted.names());
    counting.remove(primary.toLowerCase(Locale.ROOT));
    return counting;
  }

  private static Optional<String> twice(Commits commits, Set<String> counting) {
    return counting.stream()
        .filter(n -> commits.standbys().stream().filter(s -> s.name().equals(n)).count() > 1)
        .findFirst()
        .map("two standbys call themselves %s, and either may let a commit return"::formatted);
  }

  private static Optional<String> tooFew(
      int needed, Set<String> counting, Collection<String> silent, String primary) {
    Set<String> kept =
        silent.stream()
            .map(n -> n.toLowerCase(Locale.ROOT))
            .filter(counting::contains)
            .collect(Collectors.toCollection(TreeSet::new));
    int enough = counting.size() - needed + 1;
    return kept.size() >= enough
        ? Optional.empty()
        : Optional.of(
            "commits on %s wait for %d of %s, so that %d of these must receive nothing, and %s"
                .formatted(
                    primary,
                    needed,
                    String.join(", ", counting),
                    enough,
                    kept.isEmpty()
                        ? "none is at hand"
                        : "only %s can be kept from it".formatted(String.join(", ", kept))));
  }
}
