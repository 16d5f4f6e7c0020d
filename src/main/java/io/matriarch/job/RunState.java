package io.matriarch.job;

import java.util.Collection;
import java.util.Comparator;

/** States of a run and of a job, from the best end to the worst. */
public enum RunState {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  CANCELLED,
  REFUSED,
  INTERRUPTED,
  FAILED,
  FAILED_UNCLEAN;

  public boolean isEnded() {
    return this != QUEUED && this != RUNNING;
  }

  /** Ended otherwise than asked for, so that a retry makes sense. */
  public boolean canBeRetried() {
    return isEnded() && this != SUCCEEDED;
  }

  /** Ended by something that went wrong, as a job's limit of failures counts them. */
  boolean hasFailed() {
    return this == FAILED || this == FAILED_UNCLEAN || this == INTERRUPTED;
  }

  /** Whether a run may go from here to there; an end never changes. */
  public boolean mayBecome(RunState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == REFUSED || next == CANCELLED;
      case RUNNING -> next.isEnded();
      case SUCCEEDED, CANCELLED, REFUSED, INTERRUPTED, FAILED, FAILED_UNCLEAN -> false;
    };
  }

  /** The worst of the ended states of a job's runs. */
  static RunState worst(Collection<RunState> ended) {
    return ended.stream().max(Comparator.naturalOrder()).orElse(SUCCEEDED);
  }
}
