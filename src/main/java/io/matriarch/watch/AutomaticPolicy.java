package io.matriarch.watch;

import io.matriarch.check.FailureAnalysis.Verdict;
import java.time.Duration;

/**
 * When a herd whose primary does not serve fails over by itself, and when a person is needed. A
 * pure function of what the looks have found.
 */
final class AutomaticPolicy {

  /** Looks are seconds apart; an older one tells of another time. */
  static final Duration FRESH = Duration.ofSeconds(10);

  /** What is refused or fails is tried again, but not for ever. */
  static final int ATTEMPTS = 3;

  static final Duration BETWEEN = Duration.ofSeconds(10);

  private AutomaticPolicy() {}

  /**
   * As administrators have set it.
   *
   * @param after how long every look must have said that the primary is dead
   * @param brakeHerds how many herds may lose their primary at about the same time
   */
  record Limits(Duration after, int brakeHerds) {}

  /**
   * A herd that may fail over by itself and whose primary does not serve.
   *
   * @param lasted from the first look that came to this verdict to the last one, without another
   *     verdict in between
   * @param lookedAgo how old the last one is
   * @param failing how many herds lost their primary lately, this one included
   * @param braked whether somebody has yet to look at that
   * @param blocked whether it did so lately, and nobody has acknowledged it
   * @param busy whether a run is at work or waits
   * @param attempts how often it was tried since this primary was found not to serve
   * @param endedAgo how long ago the last attempt ended; long if there was none
   */
  record Case(
      Verdict verdict,
      Duration lasted,
      Duration lookedAgo,
      int failing,
      boolean braked,
      boolean blocked,
      boolean busy,
      int attempts,
      Duration endedAgo) {}

  /** What is to be done. */
  enum Decision {
    /** Nothing yet, or nothing at all. */
    WAIT,
    /** Too much fails at once: nothing more is done by itself, and a person is called. */
    BRAKE,
    /** A standby takes over. */
    ACT
  }

  static Decision decide(Case herd, Limits limits) {
    if (herd.verdict() != Verdict.DEAD || herd.braked()) {
      return Decision.WAIT;
    }
    if (herd.failing() > limits.brakeHerds()) {
      return Decision.BRAKE;
    }
    boolean dead =
        herd.lasted().compareTo(limits.after()) >= 0 && herd.lookedAgo().compareTo(FRESH) <= 0;
    boolean again = herd.attempts() < ATTEMPTS && herd.endedAgo().compareTo(BETWEEN) >= 0;
    return dead && again && !herd.blocked() && !herd.busy() ? Decision.ACT : Decision.WAIT;
  }
}
