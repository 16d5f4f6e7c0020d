package io.matriarch.lab;

import java.util.Arrays;

/**
 * The longest time that one client had to wait from a commit to its next one, errors and new
 * connections in between included. Times are those of {@link System#nanoTime}.
 */
public final class CommitGaps {

  /** From the last commit before to the first one after. */
  public record Gap(long from, long to) {
    public double millis() {
      return (to - from) / 1e6;
    }
  }

  private final long[] last;
  private Gap longest;

  CommitGaps(int clients, long now) {
    last = new long[clients];
    Arrays.fill(last, now);
    longest = new Gap(now, now);
  }

  /** What was before counts no more; a gap that is open now counts from its begin. */
  synchronized void begin(long now) {
    longest = new Gap(now, now);
  }

  synchronized void committed(int client, long now) {
    Gap gap = new Gap(last[client], now);
    if (gap.millis() > longest.millis()) {
      longest = gap;
    }
    last[client] = now;
  }

  /** Whether each client has committed later than that. */
  synchronized boolean allSince(long instant) {
    return Arrays.stream(last).allMatch(each -> each - instant > 0);
  }

  /** Since {@link #begin}; that of a client that still waits counts up to now. */
  synchronized Gap longest(long now) {
    Gap found = longest;
    for (int client = 0; client < last.length; client++) {
      Gap open = new Gap(last[client], now);
      if (open.millis() > found.millis()) {
        found = open;
      }
    }
    return found;
  }
}
