package io.matriarch.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job with how far its steps are.
 *
 * @param wave it begins when the lower ones of its job have ended; null when it was refused at once
 * @param heldBy the job that holds the herd which this run waits for
 */
public record RunRow(
    long id,
    long jobId,
    int ordinal,
    Target target,
    String targetName,
    @Nullable Long herdId,
    RunState state,
    int attempt,
    @Nullable String node,
    boolean pastPoint,
    @Nullable String message,
    List<String> remainder,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    int steps,
    int stepsDone,
    @Nullable String currentStep,
    @Nullable Integer wave,
    @Nullable Long heldBy) {

  public RunRow {
    remainder = List.copyOf(remainder);
  }

  /** Past its point of no return a run has a remainder; its whole plan is never done again. */
  public boolean canBeRetried() {
    return state.canBeRetried() && !pastPoint;
  }
}
