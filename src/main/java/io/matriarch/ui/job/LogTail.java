package io.matriarch.ui.job;

import io.matriarch.job.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a job's log on and on, each line once. */
final class LogTail {

  /** Lines kept on the page; those before are in the download. */
  static final int KEPT = 3000;

  private static final int PAGE = 2000;

  /** Where the lines come from; nothing if they cannot be read just now. */
  interface Source {
    Optional<List<LogLine>> after(long seq, int limit);

    Optional<List<LogLine>> last(int limit);
  }

  private final Source source;
  private long given;
  private boolean begun;
  private boolean cut;

  LogTail(Source source) {
    this.source = source;
  }

  /** Whether lines before the first one given were left out. */
  boolean isCut() {
    return cut;
  }

  /** The lines that were not given yet, in order. */
  List<LogLine> more() {
    if (!begun && !begin()) {
      return List.of();
    }
    List<LogLine> fresh = new ArrayList<>();
    List<LogLine> page;
    do {
      page = source.after(given, PAGE).orElse(List.of());
      fresh.addAll(page);
      if (!page.isEmpty()) {
        given = page.getLast().seq();
      }
    } while (page.size() == PAGE);
    return fresh;
  }

  private boolean begin() {
    Optional<List<LogLine>> last = source.last(KEPT + 1);
    last.ifPresent(
        lines -> {
          cut = lines.size() > KEPT;
          given = cut ? lines.getFirst().seq() : 0;
        });
    begun = last.isPresent();
    return begun;
  }
}
