package io.matriarch.job;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the states of one run's steps, each outcome together with what follows it. */
final class RunStates {

  private final Runs runs;
  private final Owned run;
  private final RunJournal journal;
  private final List<Runs.Mark> unwritten = new ArrayList<>();

  RunStates(Runs runs, Owned run, RunJournal journal) {
    this.runs = runs;
    this.run = run;
    this.journal = journal;
  }

  /** Keeps an outcome for the next write, which follows before anything else is done. */
  void settle(StepKind kind, int ordinal, StepState state, @Nullable String message) {
    unwritten.add(new Runs.Mark(kind, ordinal, state, message));
  }

  /** Stores a state now, with what was settled before; answers whether the job was cancelled. */
  boolean mark(StepKind kind, int ordinal, StepState state, @Nullable String message) {
    settle(kind, ordinal, state, message);
    return runs.mark(run, settled(), journal.drain());
  }

  /** Stores that the point of no return is passed. */
  void passPoint() {
    runs.passPoint(run, settled(), journal.drain());
  }

  void end(RunState state, String message, List<String> remainder) {
    runs.end(run, state, message, remainder, settled(), journal.drain());
  }

  private List<Runs.Mark> settled() {
    List<Runs.Mark> marks = List.copyOf(unwritten);
    unwritten.clear();
    return marks;
  }
}
