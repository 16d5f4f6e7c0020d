package io.matriarch.job;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Writes the states of one run's steps, each outcome together with what follows it. While clients
 * wait and our database does not answer, what happens is kept on this console's disk instead.
 */
final class RunStates {

  private final Runs runs;
  private final LocalLog localLog;
  private final Owned run;
  private final Lease lease;
  private final RunJournal journal;
  private final List<Runs.Mark> unwritten = new ArrayList<>();

  RunStates(Runs runs, LocalLog localLog, Owned run, Lease lease, RunJournal journal) {
    this.runs = runs;
    this.localLog = localLog;
    this.run = run;
    this.lease = lease;
    this.journal = journal;
  }

  /** Keeps an outcome for the next write, which follows before anything else is done. */
  void settle(StepKind kind, int ordinal, StepState state, @Nullable String message) {
    unwritten.add(new Runs.Mark(kind, ordinal, state, message));
  }

  /** Stores a state now, with what was settled before; answers whether the job was cancelled. */
  boolean mark(StepKind kind, int ordinal, StepState state, @Nullable String message) {
    settle(kind, ordinal, state, message);
    if (lease.isAlone()) {
      keepHere();
      return false;
    }
    List<Runs.Line> lines = journal.drain();
    try {
      return runs.mark(run, settled(), lines);
    } catch (DataAccessException | TransactionException e) {
      journal.putBack(lines);
      if (!goOnAlone(e)) {
        throw e;
      }
      return false;
    }
  }

  /** Stores that the point of no return is passed, and that the step behind it begins. */
  void passPoint(int ordinal, List<Integer> awaited) {
    settle(StepKind.STEP, ordinal, StepState.RUNNING, null);
    runs.passPoint(run, awaited, settled(), journal.drain());
  }

  /** Whether what clients wait for is done although our database failed like this. */
  boolean goOnAlone(RuntimeException e) {
    if (!lease.goAlone(e)) {
      return false;
    }
    journal.info(
        "our own database does not answer (%s); clients wait, so what they wait for is done without it, and nothing else"
            .formatted(e.getMessage()));
    keepHere();
    return true;
  }

  /** Keeps the lines of the log on this console's disk. */
  void keepHere() {
    localLog.keep(run, journal.drain());
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
