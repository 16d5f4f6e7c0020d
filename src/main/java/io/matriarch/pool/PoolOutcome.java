package io.matriarch.pool;

/** How a command for a pooler ended; each has an exit code of its own. */
public enum PoolOutcome {
  /** What was asked for is so, by what the pooler itself says. */
  DONE(0),
  /** Not all databases could be paused within the limit; all were resumed, the token is dropped. */
  NOT_PAUSED(80),
  /** No pause is in force; what was to be resumed needs nothing. */
  NO_TOKEN(81),
  /** Another run, or a later attempt, holds the pause; nothing was done. */
  OTHER_TOKEN(82),
  /**
   * The token is ours but the pause is not in force everywhere: a restart, a person, a new client.
   */
  LOST(83),
  /** Still paused after RESUME; the token is kept, and the expiry goes on trying. */
  STILL_PAUSED(84),
  /** After RELOAD the databases do not lead where they should; the former file is back. */
  NOT_POINTED(85),
  /** The console of the pooler did not answer; what is in force is not known. */
  UNREACHABLE(86),
  /** Lock, token or file could not be written; the message says what was done. */
  NO_STATE(87),
  /** Somebody paused it without a token; nothing was done. */
  PAUSED_BY_HAND(88),
  /** The content did not arrive whole; nothing was changed. */
  CUT_SHORT(89),
  /** A probe could not write through the pooler; none runs. */
  NO_PROBE(90),
  /** The script did not get to an end of its own: killed, or never started. */
  UNKNOWN(-1);

  private final int exit;

  PoolOutcome(int exit) {
    this.exit = exit;
  }

  public int exit() {
    return exit;
  }

  static PoolOutcome of(int exit) {
    for (PoolOutcome outcome : values()) {
      if (outcome.exit == exit) {
        return outcome;
      }
    }
    return UNKNOWN;
  }
}
