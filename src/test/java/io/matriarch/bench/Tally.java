package io.matriarch.bench;

import java.util.Locale;

/** What clients felt of all switches by one contestant. */
final class Tally {

  private final Series gaps = new Series();
  private long failures;
  private int lost;

  void add(Felt felt) {
    gaps.add(felt.millis());
    failures += felt.failures();
    lost += felt.lost();
  }

  double median() {
    return gaps.median();
  }

  /** How many times the other's median, and how much more. */
  String against(Tally other) {
    return String.format(
        Locale.ROOT, "%.2f times, %+.0f ms", median() / other.median(), median() - other.median());
  }

  double worst() {
    return gaps.quantile(1);
  }

  long failures() {
    return failures;
  }

  /** Cells of a table: gaps in milliseconds, failures, lost rows. */
  String cells() {
    return String.format(
        Locale.ROOT,
        "%.0f | %.0f | %.0f | %.0f | %d | %d",
        gaps.median(),
        gaps.quantile(0.9),
        gaps.quantile(0),
        gaps.quantile(1),
        failures,
        lost);
  }
}
