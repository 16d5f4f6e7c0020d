package io.matriarch.job;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the log lines of one run until the next write of its state takes them along, so that a
 * quick command costs no transaction of its own.
 */
final class RunJournal implements RunLog {

  private static final int LONGEST = 16_000;

  private final Clock clock;
  private final List<Runs.Line> lines = new ArrayList<>();
  private @Nullable Integer step;
  private StepKind kind = StepKind.STEP;
  private int ordinal;
  private boolean changing;

  RunJournal(Clock clock) {
    this.clock = clock;
  }

  synchronized void at(StepKind newKind, int newOrdinal) {
    kind = newKind;
    ordinal = newOrdinal;
    changing = false;
    step = newKind == StepKind.STEP ? newOrdinal : null;
  }

  /** Told before the first command of a step that may change something. */
  synchronized void changing() {
    changing = true;
  }

  /** Whether the step has come to a command that may change something. */
  synchronized boolean isChanging() {
    return changing;
  }

  synchronized StepKind kind() {
    return kind;
  }

  synchronized int ordinal() {
    return ordinal;
  }

  @Override
  public synchronized void line(Kind lineKind, String source, String text) {
    String kept = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    lines.add(new Runs.Line(step, lineKind, source, kept.replace('\0', '\uFFFD'), clock.instant()));
  }

  void error(String text) {
    line(Kind.ERROR, "", text);
  }

  /** The lines since the last call. */
  synchronized List<Runs.Line> drain() {
    List<Runs.Line> drained = List.copyOf(lines);
    lines.clear();
    return drained;
  }

  /** Lines that could not be written; they come first at the next {@link #drain}. */
  synchronized void putBack(List<Runs.Line> unwritten) {
    lines.addAll(0, unwritten);
  }
}
