package io.matriarch.inventory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a herd comes from that was moved to another site. */
final class Homecoming {

  /**
   * One published change of primaries.
   *
   * @param from the former primary
   * @param fromSite null if it has none
   */
  record Move(long from, @Nullable String fromSite, @Nullable String toSite) {
    boolean isBetweenSites() {
      return !Objects.equals(fromSite, toSite);
    }
  }

  private Homecoming() {}

  /**
   * The member that was primary before the herd left its site; empty where it never did, or came
   * back.
   *
   * @param moves in the order of their terms
   */
  static Optional<Long> of(List<Move> moves) {
    Deque<Move> away = new ArrayDeque<>();
    for (Move move : moves) {
      if (!move.isBetweenSites()) {
        continue;
      }
      if (!away.isEmpty() && Objects.equals(away.peek().fromSite(), move.toSite())) {
        away.pop();
      } else {
        away.push(move);
      }
    }
    return Optional.ofNullable(away.peek()).map(Move::from);
  }
}
