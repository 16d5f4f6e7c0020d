package io.matriarch.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measured values of one thing, in milliseconds. */
final class Series {

  private final List<Double> millis = new ArrayList<>();

  void add(double value) {
    millis.add(value);
  }

  double quantile(double share) {
    List<Double> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index));
  }

  double median() {
    return quantile(0.5);
  }

  /** Median, minimum and maximum in seconds. */
  String seconds() {
    return String.format(
        Locale.ROOT, "%.2f | %.2f | %.2f", median() / 1000, quantile(0) / 1000, quantile(1) / 1000);
  }

  /** Median, 95th percentile and maximum in milliseconds. */
  String percentiles() {
    return String.format(Locale.ROOT, "%.1f | %.1f | %.1f", median(), quantile(0.95), quantile(1));
  }

  static double timed(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e6;
  }

  /** Something to be timed. */
  interface Work {
    void run() throws Exception;
  }
}
