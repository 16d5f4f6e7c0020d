package io.matriarch.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the Jobs grid, from view {@code v_job}, with how far its runs are.
 *
 * @param scheduled whether its window has yet to open
 */
public record JobRow(
    long id,
    String action,
    String label,
    RunState state,
    String requestedBy,
    String origin,
    Instant confirmedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant cancelledAt,
    @Nullable String cancelledBy,
    @Nullable Long retryOf,
    int parallelism,
    @Nullable Integer stopAfter,
    String planHash,
    String options,
    long runs,
    long queued,
    long running,
    long succeeded,
    long failed,
    long cancelled,
    Window window,
    Waves waves,
    boolean scheduled) {

  /** Runs that went wrong: neither success nor cancelled before they began. */
  public long unwell() {
    return failed - cancelled;
  }
}
