package io.matriarch.watch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One problem, from view {@code v_problem}. {@code kind} is one of split-brain, no-primary,
 * standby-not-streaming, instance-unreachable, agent-silent, server-unreachable, host-key-changed,
 * report-refused, disk-nearly-full, clock-skew, slot-retains-wal, port-conflict, pooler-drift,
 * pooler-paused, pooler-unreachable, pending-restart, diverged, scheduled-job, alarm-undelivered;
 * {@code severity} is critical or warning.
 */
public record ProblemRow(
    long id,
    String kind,
    String severity,
    String detail,
    Instant firstSeen,
    Instant lastSeen,
    @Nullable Instant endedAt,
    boolean open,
    boolean suppressed,
    @Nullable Instant suppressedUntil,
    @Nullable String suppressedBy,
    @Nullable String suppressedOwner,
    @Nullable String suppressedReason,
    @Nullable Long serverId,
    @Nullable String server,
    @Nullable Long herdId,
    @Nullable String herd,
    @Nullable Long instanceId,
    @Nullable Long environmentId,
    @Nullable String environment,
    @Nullable Long jobId) {}
