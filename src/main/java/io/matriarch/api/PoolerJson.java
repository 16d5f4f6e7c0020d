package io.matriarch.api;

import io.matriarch.inventory.PoolerRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pooler as the API shows it, with what it was last seen to do. */
@Schema(name = "Pooler")
record PoolerJson(
    long id,
    String name,
    String herd,
    long herdId,
    @Nullable String environment,
    @Nullable Long environmentId,
    String server,
    long serverId,
    String socketDirectory,
    int port,
    String adminUser,
    String owner,
    String databasesFile,
    String template,
    List<String> databases,
    @Schema(description = "The ETag without its quotes; If-Match names it") int version,
    @Schema(
            description =
                "unseen; unreachable; unknown: no primary is known; drift: it leads elsewhere; paused; right")
        String state,
    @Schema(description = "Every host:port its databases lead to, by its own word")
        List<String> leadsTo,
    @Schema(description = "The server of the herd that this is; null if it is none")
        @Nullable String leadsToServer,
    @Schema(description = "Databases that it does not have") List<String> missing,
    @Schema(description = "host:port of the herd's primary") @Nullable String expected,
    @Nullable String expectedServer,
    @Nullable Boolean paused,
    @Schema(description = "When it was first seen paused") @Nullable Instant pausedSince,
    @Nullable Integer clients,
    @Schema(description = "Clients that wait for a server") @Nullable Integer waiting,
    @Nullable String pgbouncerVersion,
    @Nullable String poolMode,
    @Schema(description = "Seconds after which it throws a waiting client out; 0: never")
        @Nullable Integer queryWaitTimeout,
    @Schema(description = "When it last answered; all that was seen is of then")
        @Nullable Instant observedAt,
    @Schema(description = "When it was last asked") @Nullable Instant triedAt,
    @Schema(description = "Why it did not answer then; null if it did") @Nullable String error) {

  static PoolerJson of(PoolerRow row) {
    return new PoolerJson(
        row.id(),
        row.name(),
        row.herd(),
        row.herdId(),
        row.environment(),
        row.environmentId(),
        row.server(),
        row.serverId(),
        row.socketDirectory(),
        row.port(),
        row.adminUser(),
        row.owner(),
        row.databasesFile(),
        row.template(),
        row.databases(),
        row.version(),
        row.state(),
        row.leads(),
        row.leadsServer(),
        row.missing(),
        row.expectedAddress() == null ? null : row.expectedAddress() + ":" + row.expectedPort(),
        row.expectedServer(),
        row.paused(),
        row.pausedSince(),
        row.clients(),
        row.waiting(),
        row.pgbouncer(),
        row.poolMode(),
        row.queryWaitTimeout(),
        row.observedAt(),
        row.triedAt(),
        row.error());
  }
}
