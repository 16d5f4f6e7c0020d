package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the Herds grid and of {@code GET /api/herds}, from view {@code v_herd_ready}.
 *
 * @param ready whether its primary could be switched: {@code ready}, {@code not ready} or {@code
 *     unknown}
 * @param readyAt when that was last seen
 */
public record HerdRow(
    long id,
    String name,
    @Nullable Long environmentId,
    @Nullable String environment,
    String description,
    String owner,
    List<String> tags,
    @Nullable Integer port,
    @Nullable String virtualHost,
    @Nullable String dataDirectory,
    @Nullable String systemIdentifier,
    int lineage,
    int version,
    long members,
    long onlineMembers,
    long primaries,
    @Nullable Long maxLagBytes,
    @Nullable Instant oldestSeenAt,
    @Nullable Long primaryId,
    @Nullable String primaryServer,
    @Nullable String postgresVersion,
    String ready,
    List<String> readyReasons,
    @Nullable Instant readyAt,
    int priority) {}
