package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the Instances grid and of {@code GET /api/instances}, from view {@code v_instance}.
 * {@code lagBytes} is null for a primary and when unknown, negative when the standby is ahead of an
 * older sample of its primary. {@code freshness} is fresh, stale or silent.
 */
public record InstanceRow(
    long id,
    long serverId,
    String server,
    @Nullable String site,
    long herdId,
    String herd,
    @Nullable Long environmentId,
    @Nullable String environment,
    @Nullable Integer port,
    @Nullable String version,
    @Nullable String clusterName,
    String dataDirectory,
    String role,
    String state,
    @Nullable Boolean online,
    @Nullable String stateReason,
    @Nullable Integer timeline,
    @Nullable String lsn,
    @Nullable Long lagBytes,
    @Nullable Instant lagAt,
    @Nullable String lagKind,
    @Nullable Long upstreamId,
    @Nullable String upstream,
    @Nullable String upstreamStatus,
    @Nullable Integer connections,
    @Nullable Integer maxConnections,
    @Nullable Long sizeBytes,
    @Nullable String manager,
    @Nullable Boolean pendingRestart,
    boolean copy,
    @Nullable Instant observedAt,
    @Nullable Instant reportedAt,
    @Nullable Instant probedAt,
    @Nullable Instant seenAt,
    @Nullable Instant missingSince,
    int intervalSeconds,
    String freshness,
    Candidacy.Preference preference,
    boolean fenced,
    int edits) {}
