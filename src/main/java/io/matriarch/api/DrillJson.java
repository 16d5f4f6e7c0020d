package io.matriarch.api;

import io.matriarch.drill.DrillJobRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A drill as the API lists it. */
@Schema(name = "Drill")
record DrillJson(
    @Schema(description = "The job that went there") long jobId,
    @Schema(
            description =
                "waiting, switching, holding, returning, passed, missed, not switched, not back: the worst of its herds")
        String state,
    String requestedBy,
    Instant confirmedAt,
    long herds,
    long passed,
    long missed,
    @Schema(description = "Herds that stayed at home or are not back") long failedHerds,
    @Schema(description = "The longest of its herds; null until something was measured")
        @Nullable Long stallMillis,
    @Nullable Long objectiveMillis,
    @Schema(description = "Writes of probes that failed; null without a probe")
        @Nullable Long failedStatements,
    @Nullable Instant endedAt) {

  static DrillJson of(DrillJobRow row) {
    return new DrillJson(
        row.jobId(),
        row.state().word(),
        row.requestedBy(),
        row.confirmedAt(),
        row.herds(),
        row.passed(),
        row.missed(),
        row.failedHerds(),
        row.stallMillis(),
        row.objectiveMillis(),
        row.failed(),
        row.endedAt());
  }
}
