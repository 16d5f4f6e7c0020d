package io.matriarch.api;

import io.matriarch.watch.ProblemRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that is or was wrong, as the API shows it. */
@Schema(name = "FleetProblem")
record ProblemJson(
    long id,
    @Schema(example = "split-brain") String kind,
    @Schema(allowableValues = {"critical", "warning"}) String severity,
    @Schema(description = "What is seen") String detail,
    Instant firstSeen,
    Instant lastSeen,
    @Schema(description = "null while it is open") @Nullable Instant endedAt,
    boolean open,
    @Schema(description = "Open, and not counted for now") boolean suppressed,
    @Nullable Instant suppressedUntil,
    @Schema(description = "Who said so") @Nullable String suppressedBy,
    @Schema(description = "Who answers for it meanwhile") @Nullable String suppressedOwner,
    @Nullable String suppressedReason,
    @Nullable Long serverId,
    @Nullable String server,
    @Nullable Long herdId,
    @Nullable String herd,
    @Nullable Long instanceId,
    @Nullable Long environmentId,
    @Nullable String environment,
    @Schema(description = "The job that it is about") @Nullable Long jobId) {

  static ProblemJson of(ProblemRow row) {
    return new ProblemJson(
        row.id(),
        row.kind(),
        row.severity(),
        row.detail(),
        row.firstSeen(),
        row.lastSeen(),
        row.endedAt(),
        row.open(),
        row.suppressed(),
        row.suppressedUntil(),
        row.suppressedBy(),
        row.suppressedOwner(),
        row.suppressedReason(),
        row.serverId(),
        row.server(),
        row.herdId(),
        row.herd(),
        row.instanceId(),
        row.environmentId(),
        row.environment(),
        row.jobId());
  }
}
