package io.matriarch.ui.job;

import io.matriarch.job.LogLine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Reads a job's log on and on, each line once. Runs write side by side, so a line may be committed
 * after one with a higher number; what is younger than a while is therefore read again, and what
 * was given before is left out.
 */
final class LogTail {

  /** Lines kept on the page; those before are in the download. */
  static final int KEPT = 3000;

  private static final int PAGE = 2000;
  private static final long SETTLES = Duration.ofSeconds(20).toNanos();

  /** Where the lines come from. */
  interface Source {
    List<LogLine> after(long seq, int limit);

    List<LogLine> last(int limit);
  }

  private record Mark(long nanos, long seq) {}

  private final Source source;
  private final LongSupplier nanoTime;
  private final TreeSet<Long> given = new TreeSet<>();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long settled;
  private boolean begun;
  private boolean cut;

  LogTail(Source source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  /** Whether lines before the first one given were left out. */
  boolean isCut() {
    return cut;
  }

  /** The lines that were not given yet, in order. */
  List<LogLine> more() {
    if (!begun) {
      begin();
    }
    settle();
    List<LogLine> fresh = new ArrayList<>();
    long after = settled;
    List<LogLine> page;
    do {
      page = source.after(after, PAGE);
      for (LogLine line : page) {
        after = line.seq();
        if (given.add(after)) {
          fresh.add(line);
        }
      }
    } while (page.size() == PAGE);
    if (after > settled) {
      marks.addLast(new Mark(nanoTime.getAsLong(), after));
    }
    return fresh;
  }

  private void begin() {
    begun = true;
    List<LogLine> last = source.last(KEPT + 1);
    if (last.size() > KEPT) {
      cut = true;
      settled = last.getFirst().seq();
    }
  }

  private void settle() {
    long now = nanoTime.getAsLong();
    while (!marks.isEmpty() && now - marks.getFirst().nanos() > SETTLES) {
      settled = Math.max(settled, marks.removeFirst().seq());
    }
    given.headSet(settled, true).clear();
  }
}
