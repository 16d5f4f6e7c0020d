package io.matriarch.check;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at before an action: what was seen, against which threshold, and the
 * remedy in one sentence.
 *
 * @param threshold what would have passed; empty when the name says it
 * @param observedAt how old the fact behind it is; null when it is of now
 * @param overruledBy the option that lets the action go ahead all the same; null when none may
 */
public record Check(
    String name,
    Outcome outcome,
    String seen,
    String threshold,
    @Nullable Instant observedAt,
    String remedy,
    @Nullable String overruledBy) {

  /** How a check came out. Only a failure refuses. */
  public enum Outcome {
    PASSED,
    WARNING,
    FAILED
  }

  public static Check passed(String name, String seen) {
    return new Check(name, Outcome.PASSED, seen, "", null, "", null);
  }

  public static Check warning(String name, String seen, String remedy) {
    return new Check(name, Outcome.WARNING, seen, "", null, remedy, null);
  }

  public static Check failed(String name, String seen, String remedy) {
    return new Check(name, Outcome.FAILED, seen, "", null, remedy, null);
  }

  public Check observedAt(@Nullable Instant at) {
    return new Check(name, outcome, seen, threshold, at, remedy, overruledBy);
  }

  public Check overruledBy(String option) {
    return new Check(name, outcome, seen, threshold, observedAt, remedy, option);
  }

  /** The same under a name that says whose it is. */
  public Check named(String other) {
    return new Check(other, outcome, seen, threshold, observedAt, remedy, overruledBy);
  }

  public boolean hasFailed() {
    return outcome == Outcome.FAILED;
  }
}
