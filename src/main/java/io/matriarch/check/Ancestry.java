package io.matriarch.check;

import io.matriarch.inventory.Lsn;
import io.matriarch.postgres.ReadinessFacts.Fork;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether a member can follow what a primary writes, by the history files of both (manual, section
 * 26.3.6): its timeline is the primary's, or one that the primary's came from, and then only as
 * long as it has not gone past the point where that was left.
 */
public sealed interface Ancestry {

  /** On the primary's own timeline. */
  record Same(int timeline) implements Ancestry {}

  /** On one that the primary's came from, and not past the fork. */
  record Ancestor(int timeline, int primary, Lsn fork) implements Ancestry {}

  /**
   * @param fork where they parted; null if the member's own history could not be read
   */
  record Diverged(int timeline, int primary, @Nullable Lsn fork, @Nullable Lsn position)
      implements Ancestry {}

  /** Too little is known. */
  record Unknown(String why) implements Ancestry {}

  /**
   * @param history of the primary's timeline; null if it could not be read
   * @param own history of the member's timeline
   * @param position up to where the member has replayed
   */
  static Ancestry of(
      @Nullable Integer primary,
      @Nullable List<Fork> history,
      @Nullable Integer member,
      @Nullable List<Fork> own,
      OptionalLong position) {
    if (primary == null || member == null) {
      return new Unknown("the timeline of one side is not known");
    }
    if (primary.equals(member)) {
      return new Same(primary);
    }
    if (history == null) {
      return new Unknown("the history of timeline %d could not be read".formatted(primary));
    }
    Lsn at = position.isPresent() ? new Lsn(position.getAsLong()) : null;
    Fork left = history.stream().filter(f -> f.timeline() == member).findFirst().orElse(null);
    if (left == null) {
      return new Diverged(member, primary, parted(primary, history, member, own), at);
    }
    Lsn fork = new Lsn(left.end());
    if (at == null) {
      return new Unknown("the position on timeline %d is not known".formatted(member));
    }
    return at.compareTo(fork) <= 0
        ? new Ancestor(member, primary, fork)
        : new Diverged(member, primary, fork, at);
  }

  /** The end of the last timeline that both histories share. */
  private static @Nullable Lsn parted(
      int primary, List<Fork> history, int member, @Nullable List<Fork> own) {
    if (own == null) {
      return null;
    }
    Lsn found = null;
    for (Fork mine : own) {
      if (mine.timeline() == primary) {
        return new Lsn(mine.end());
      }
      Fork theirs =
          history.stream().filter(f -> f.timeline() == mine.timeline()).findFirst().orElse(null);
      if (theirs == null) {
        return found;
      }
      Lsn a = new Lsn(mine.end());
      Lsn b = new Lsn(theirs.end());
      found = a.compareTo(b) <= 0 ? a : b;
    }
    return found;
  }
}
