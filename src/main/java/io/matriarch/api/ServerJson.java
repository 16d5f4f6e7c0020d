package io.matriarch.api;

import io.matriarch.inventory.ServerRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server as lists show it; what is not known is null. */
@Schema(name = "Server")
record ServerJson(
    long id,
    String name,
    String kind,
    @Nullable String environment,
    @Nullable Long environmentId,
    @Nullable String site,
    String address,
    int sshPort,
    String sshUser,
    @Schema(description = "Pinned keys; with none it is never connected to") List<String> hostKeys,
    @Schema(description = "When the connection was last checked end to end")
        @Nullable Instant verifiedAt,
    @Schema(description = "The ETag without its quotes; If-Match names it") int version,
    @Nullable String os,
    @Nullable Integer cpus,
    @Nullable Double load1,
    @Nullable Long memoryTotal,
    @Nullable Long memoryAvailable,
    @Nullable String agent,
    @Nullable Instant reportedAt,
    @Schema(description = "Its clock minus ours") @Nullable Double clockSkewSeconds,
    @Nullable Instant refusedAt,
    @Nullable String refusedReason,
    @Nullable Instant hostKeyAlarmAt,
    @Nullable Instant unreachableSince,
    @Nullable String unreachableReason,
    @Schema(description = "never, fresh, stale (two intervals without news), silent (ten)")
        String freshness,
    long instances) {

  private static final double NANOS = 1e9;

  static ServerJson of(ServerRow row) {
    return new ServerJson(
        row.id(),
        row.name(),
        row.kind(),
        row.environment(),
        row.environmentId(),
        row.site(),
        row.address(),
        row.sshPort(),
        row.sshUser(),
        row.hostKeys(),
        row.verifiedAt(),
        row.version(),
        row.os(),
        row.cpus(),
        row.load1(),
        row.memoryTotal(),
        row.memoryAvailable(),
        row.agent(),
        row.reportedAt(),
        seconds(row.clockSkew()),
        row.refusedAt(),
        row.refusedReason(),
        row.hostKeyAlarmAt(),
        row.unreachableSince(),
        row.unreachableReason(),
        row.freshness(),
        row.instances());
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toNanos() / NANOS;
  }
}
