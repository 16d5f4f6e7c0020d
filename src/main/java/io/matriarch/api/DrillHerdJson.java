package io.matriarch.api;

import io.matriarch.drill.DrillLeg;
import io.matriarch.drill.DrillRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a drill did with one herd. */
@Schema(name = "DrillHerd")
record DrillHerdJson(
    String herd,
    long herdId,
    String environment,
    String state,
    @Schema(description = "Server of the primary before") @Nullable String from,
    @Schema(description = "Server of the primary at the DR site") @Nullable String to,
    @Nullable Long stallMillis,
    @Nullable Long objectiveMillis,
    @Schema(description = "When the way back is asked for") @Nullable Instant dueAt,
    @Schema(description = "Why it was not asked for") @Nullable String note,
    Way there,
    @Nullable Way back) {

  /** One way. */
  @Schema(name = "DrillWay")
  record Way(
      long jobId,
      long runId,
      String state,
      @Nullable String message,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Schema(description = "The longest write of a probe, waiting included; null without a probe")
          @Nullable Long feltMillis,
      @Nullable Long writes,
      @Nullable Long failedWrites,
      @Schema(description = "From the stop of one primary to the promotion of the next")
          @Nullable Long downMillis,
      @Schema(
              description =
                  "Last LSN of the former primary, proven on the new one before its promotion")
          @Nullable String replayed) {

    static Way of(DrillLeg leg) {
      return new Way(
          leg.jobId(),
          leg.runId(),
          leg.state().name(),
          leg.message(),
          leg.startedAt(),
          leg.endedAt(),
          leg.feltMillis(),
          leg.writes(),
          leg.failed(),
          leg.downMillis(),
          leg.replayed());
    }
  }

  static DrillHerdJson of(DrillRow row) {
    return new DrillHerdJson(
        row.herd(),
        row.herdId(),
        row.environment(),
        row.state().word(),
        row.home(),
        row.dr(),
        row.stallMillis(),
        row.objectiveMillis(),
        row.dueAt(),
        row.note(),
        Way.of(row.out()),
        row.back() == null ? null : Way.of(row.back()));
  }
}
