package io.matriarch.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of the Servers grid and of {@code GET /api/servers}, from view {@code v_server}. */
public record ServerRow(
    long id,
    String name,
    String kind,
    @Nullable Long environmentId,
    @Nullable String environment,
    @Nullable String site,
    String address,
    int sshPort,
    String sshUser,
    List<String> hostKeys,
    @Nullable Instant verifiedAt,
    int version,
    @Nullable String os,
    @Nullable Integer cpus,
    @Nullable Double load1,
    @Nullable Long memoryTotal,
    @Nullable Long memoryAvailable,
    @Nullable String agent,
    @Nullable Instant reportedAt,
    @Nullable Duration clockSkew,
    @Nullable Instant refusedAt,
    @Nullable String refusedReason,
    @Nullable Instant hostKeyAlarmAt,
    @Nullable Instant unreachableSince,
    @Nullable String unreachableReason,
    int intervalSeconds,
    String freshness,
    long instances) {}
