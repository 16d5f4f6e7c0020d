package io.matriarch.job;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine's memory. Every write about an owned run names its attempt and fails with {@link
 * OwnershipLost} when that is not the current one.
 */
interface Runs {

  /** A change of one step's state. */
  record Mark(StepKind kind, int ordinal, StepState state, @Nullable String message) {}

  /** How a stored step stands. */
  record Stored(StepKind kind, int ordinal, StepState state, @Nullable String message) {}

  /** A line for the job log, with the step it belongs to. */
  record Line(
      @Nullable Integer step, RunLog.Kind kind, String source, String text, java.time.Instant at) {}

  /** Takes queued runs whose turn it is: parallelism, herd locks, limits per server. */
  List<Owned> claim(int limit);

  /**
   * Takes over runs whose owner has shown no sign of life; those of this very console's former life
   * at once.
   *
   * @param mine runs that this process is executing and that must be left alone
   */
  List<Owned> takeOver(Set<Long> mine, boolean formerLife);

  /** Renews the heartbeats; answers the runs that are still owned in that attempt. */
  Set<Long> heartbeat(Collection<Owned> owned);

  /** Refuses queued runs that waited too long with no live dispatcher, then renews the others. */
  void expireAndRenew();

  List<Stored> steps(long runId);

  /** Stores states and log lines in one transaction; answers whether the job was cancelled. */
  boolean mark(Owned run, List<Mark> marks, List<Line> lines);

  /**
   * Stores that the point of no return is passed; durable when it returns.
   *
   * @param awaited ordinals of the steps that clients wait for: each is announced in the audit
   *     trail now, since it may be finished without our database
   */
  void passPoint(Owned run, List<Integer> awaited, List<Mark> marks, List<Line> lines);

  /**
   * Shows how far a step has come, to whoever looks at it.
   *
   * @param total bytes; 0 if it is not known
   * @return whether the job was cancelled
   */
  boolean tell(Owned run, StepKind kind, int ordinal, String what, long done, long total);

  void keepProof(Owned run, StepKind kind, int ordinal, String name, String value);

  Optional<String> findProof(long runId, String name);

  /** Ends the run, gives its herd lock back, writes the outcome to the audit trail. */
  void end(
      Owned run,
      RunState state,
      String message,
      List<String> remainder,
      List<Mark> marks,
      List<Line> lines);

  /** Appends lines of a run between marks. */
  void append(Owned run, List<Line> lines);

  /** Appends what an attempt did while this could not be written, whoever owns the run by now. */
  void reconcile(long runId, int attempt, List<Line> lines);
}
