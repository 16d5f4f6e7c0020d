package io.matriarch.discovery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a look stands in the order of its host's own clock. */
enum Order {
  /** Nothing newer is known. */
  NEWER,
  /** It was overtaken: its facts are older than what is known. */
  LATE,
  /** The host's clock was set back: what is known carries instants that were never true. */
  SET_BACK;

  /** No look is under way for so long: agents and probes give up much earlier. */
  private static final Duration LONGEST_WAY = Duration.ofMinutes(5);

  /**
   * What is known of a host's clock.
   *
   * @param newest the newest instant of its clock that was taken into the inventory
   * @param skew how far its clock was ahead of ours then
   * @param lateSentAt when the look before was sent, if that was late
   */
  record Clockwork(
      @Nullable Instant newest, @Nullable Duration skew, @Nullable Instant lateSentAt) {

    static final Clockwork UNKNOWN = new Clockwork(null, null, null);
  }

  static Order of(Look look, Clockwork known) {
    if (known.newest == null || !look.sentAt().isBefore(known.newest)) {
      return NEWER;
    }
    Duration ahead = Duration.between(look.at(), look.sentAt());
    Duration before = known.skew != null ? known.skew : Duration.between(look.at(), known.newest);
    boolean fell = ahead.plus(LONGEST_WAY).compareTo(before) < 0;
    // One late look may be late; the next one, later than that and still too early, is not.
    boolean again = known.lateSentAt != null && look.sentAt().isAfter(known.lateSentAt);
    return fell || again ? SET_BACK : LATE;
  }
}
