package io.matriarch.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.matriarch.inventory.InstanceRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An instance as the API shows it; what is not known is null. */
@Schema(name = "Instance")
record InstanceJson(
    long id,
    String server,
    long serverId,
    @Nullable String site,
    String herd,
    long herdId,
    @Nullable String environment,
    @Nullable Long environmentId,
    @Nullable Integer port,
    @Nullable String version,
    @Nullable String clusterName,
    String dataDirectory,
    @Schema(description = "The last one seen: primary, standby, unknown") String role,
    @Schema(description = "Now: primary, standby, stopped (proven), unreachable") String state,
    @Nullable String stateReason,
    @Nullable Boolean online,
    @Nullable Integer timeline,
    @Nullable String lsn,
    @Schema(
            description =
                "Null for a primary and when unknown; negative: ahead of an older sample of the primary")
        @Nullable Long lagBytes,
    @Schema(description = "Time of the older of the two samples behind lagBytes")
        @Nullable Instant lagAt,
    @Schema(description = "Server of the instance it follows") @Nullable String upstream,
    @Nullable Long upstreamId,
    @Nullable String upstreamStatus,
    @Nullable Integer connections,
    @Nullable Integer maxConnections,
    @Nullable Long sizeBytes,
    @Schema(description = "Patroni, repmgr or another that runs it") @Nullable String manager,
    @Nullable Boolean pendingRestart,
    @Schema(description = "A writable fork of a herd of another environment") boolean copy,
    @Schema(description = "When the facts were true, by the host's clock")
        @Nullable Instant observedAt,
    @Nullable Instant reportedAt,
    @Nullable Instant probedAt,
    @Schema(description = "Since when its server no longer lists it")
        @Nullable Instant missingSince,
    @Schema(description = "fresh, stale (two intervals without news), silent (ten)")
        String freshness,
    @Schema(
            description =
                "Whether a switch by rule should choose it: prefer, neutral, avoid, never (it may not become primary)")
        String preference,
    @Schema(description = "Whether it is kept from writing until it is rewound or unfenced")
        boolean fenced,
    @JsonIgnore int edits) {

  static InstanceJson of(InstanceRow row) {
    return new InstanceJson(
        row.id(),
        row.server(),
        row.serverId(),
        row.site(),
        row.herd(),
        row.herdId(),
        row.environment(),
        row.environmentId(),
        row.port(),
        row.version(),
        row.clusterName(),
        row.dataDirectory(),
        row.role(),
        row.state(),
        row.stateReason(),
        row.online(),
        row.timeline(),
        row.lsn(),
        row.lagBytes(),
        row.lagAt(),
        row.upstream(),
        row.upstreamId(),
        row.upstreamStatus(),
        row.connections(),
        row.maxConnections(),
        row.sizeBytes(),
        row.manager(),
        row.pendingRestart(),
        row.copy(),
        row.observedAt(),
        row.reportedAt(),
        row.probedAt(),
        row.missingSince(),
        row.freshness(),
        row.preference().word(),
        row.fenced(),
        row.edits());
  }
}
