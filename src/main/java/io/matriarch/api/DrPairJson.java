package io.matriarch.api;

import io.matriarch.inventory.DrPairRow;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.RecoveryPoint;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A herd's primary and its best standby at the other site. */
@Schema(name = "DrPair")
record DrPairJson(
    String herd,
    long herdId,
    @Nullable String environment,
    @Nullable Long environmentId,
    @Schema(description = "Server of the primary") String primary,
    long primaryId,
    @Nullable String primarySite,
    String primaryState,
    @Schema(description = "Server of the standby") String standby,
    long standbyId,
    String standbyState,
    @Schema(description = "Site of the standby") @Nullable String site,
    @Schema(description = "No standby is at another site: this is the best one there is")
        boolean sameSite,
    @Nullable Long lagBytes,
    @Schema(description = "Age of lagBytes in seconds") @Nullable Double lagAge,
    @Nullable Instant lagAt,
    @Schema(description = "How far the standby is behind in time; null when unknown")
        @Nullable Double lagSeconds,
    @Schema(description = "The most it was behind in 30 days") @Nullable Long worstLagBytes,
    @Nullable Instant worstLagBytesAt,
    @Schema(description = "The same in time") @Nullable Double worstLagSeconds,
    @Nullable Instant worstLagSecondsAt,
    @Schema(description = "How far the environment lets it be behind")
        @Nullable Integer lagObjectiveSeconds,
    @Schema(description = "Whether a switchover could begin now: ready, not ready or unknown")
        String ready,
    List<String> notReadyBecause,
    @Nullable Instant readyAt,
    @Schema(description = "Job of the last drill") @Nullable Long drillJobId,
    @Schema(description = "How far it is or how it ended") @Nullable String drillState,
    @Nullable Instant drilledAt,
    @Schema(description = "All standbys on the primary's timeline, the best first")
        List<Candidate> candidates,
    @Nullable String virtualHost) {

  private static final double MILLIS = 1000;

  /** A standby that could take over. */
  @Schema(name = "DrCandidate")
  record Candidate(
      long id,
      String server,
      @Nullable String site,
      String state,
      @Nullable Long lagBytes,
      @Nullable Instant lagAt,
      boolean sameSite) {}

  static DrPairJson of(DrPairRow row, List<InstanceRow> ranked, Instant now) {
    RecoveryPoint point = row.recoveryPoint();
    return new DrPairJson(
        row.herd(),
        row.herdId(),
        row.environment(),
        row.environmentId(),
        row.primaryServer(),
        row.primaryId(),
        row.primarySite(),
        row.primaryState(),
        row.standbyServer(),
        row.standbyId(),
        row.standbyState(),
        row.standbySite(),
        row.sameSite(),
        row.lagBytes(),
        row.lagAt() == null ? null : Duration.between(row.lagAt(), now).toMillis() / MILLIS,
        row.lagAt(),
        point.seconds(),
        point.worstBytes(),
        point.worstBytesAt(),
        point.worstSeconds(),
        point.worstSecondsAt(),
        point.objectiveSeconds(),
        row.ready(),
        row.readyReasons(),
        row.readyAt(),
        row.drillJobId(),
        row.drillState(),
        row.drilledAt(),
        ranked.stream().map(standby -> candidate(standby, row.primarySite())).toList(),
        row.virtualHost());
  }

  private static Candidate candidate(InstanceRow row, @Nullable String primarySite) {
    return new Candidate(
        row.id(),
        row.server(),
        row.site(),
        row.state(),
        row.lagBytes(),
        row.lagAt(),
        java.util.Objects.equals(row.site(), primarySite));
  }
}
