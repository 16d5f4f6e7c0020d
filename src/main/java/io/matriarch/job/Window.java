package io.matriarch.job;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the runs of a job may begin, by the clock of our database.
 *
 * @param notBefore null: at once
 * @param notAfter runs that have not begun by then are refused; null: as long as a confirmation
 *     holds
 */
public record Window(@Nullable Instant notBefore, @Nullable Instant notAfter) {

  public static final Window NOW = new Window(null, null);

  /** What was confirmed longer ago, nobody remembers. */
  public static final Duration FURTHEST = Duration.ofDays(31);

  /** A request may be on its way for a while. */
  private static final Duration LATE = Duration.ofMinutes(5);

  public Window {
    // As our database keeps it.
    notBefore = notBefore == null ? null : notBefore.truncatedTo(ChronoUnit.MILLIS);
    notAfter = notAfter == null ? null : notAfter.truncatedTo(ChronoUnit.MILLIS);
    if (notBefore != null && notAfter != null && !notAfter.isAfter(notBefore)) {
      throw new InvalidRequest(
          "notAfter %s is not after notBefore %s; a window has a length"
              .formatted(notAfter, notBefore));
    }
  }

  public boolean opensAfter(Instant now) {
    return notBefore != null && notBefore.isAfter(now);
  }

  /**
   * @throws InvalidRequest when nothing could begin in it, or it is too far off
   */
  void require(Instant at) {
    Instant now = at.truncatedTo(ChronoUnit.SECONDS);
    if (notAfter != null && !notAfter.isAfter(now)) {
      throw new InvalidRequest(
          "notAfter %s is past (it is %s); choose a window to come".formatted(notAfter, now));
    }
    if (notBefore != null && notBefore.isBefore(now.minus(LATE))) {
      throw new InvalidRequest(
          "notBefore %s is past (it is %s); leave it out to begin at once"
              .formatted(notBefore, now));
    }
    Instant last = now.plus(FURTHEST);
    if ((notBefore != null && notBefore.isAfter(last))
        || (notAfter != null && notAfter.isAfter(last))) {
      throw new InvalidRequest(
          "a window ends at most %d days from now; confirm it nearer to its time"
              .formatted(FURTHEST.toDays()));
    }
  }
}
