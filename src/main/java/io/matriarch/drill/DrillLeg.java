package io.matriarch.drill;

import io.matriarch.job.RunState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One way of a drill, from view {@code v_drill_leg}.
 *
 * @param feltMillis the longest write of a probe, waiting included; null where no probe wrote
 * @param writes of the probes
 * @param failed of these, and connections of the probes that ended
 * @param downMillis from the stop of one primary to the promotion of the next
 * @param replayed the former primary's last LSN, proven on the new one before its promotion
 */
public record DrillLeg(
    long runId,
    long jobId,
    RunState state,
    @Nullable String message,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Long feltMillis,
    @Nullable Long writes,
    @Nullable Long failed,
    @Nullable Long downMillis,
    @Nullable String replayed) {

  /** Whether another member was, or may have been, promoted. */
  public boolean isOver() {
    return endedAt != null && state != RunState.REFUSED && state != RunState.CANCELLED;
  }

  /** How long clients waited: as a probe felt it, else as long as no member was primary. */
  public @Nullable Long stallMillis() {
    return feltMillis != null ? feltMillis : downMillis;
  }
}
