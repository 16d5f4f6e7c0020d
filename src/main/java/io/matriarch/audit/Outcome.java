package io.matriarch.audit;

/** What came of an attempt; an {@code INTENT} without a later outcome is still under way. */
public enum Outcome {
  INTENT,
  DENIED,
  SUCCEEDED,
  FAILED,
  FAILED_UNCLEAN,
  REFUSED,
  CANCELLED,
  INTERRUPTED
}
