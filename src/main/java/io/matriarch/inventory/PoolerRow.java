package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the Endpoints grid and of {@code GET /api/poolers}, from view {@code v_pooler}.
 *
 * @param state unseen, unreachable, unknown (no primary is known), drift, paused or right
 * @param triedAt when it was last asked; {@code observedAt} is when it last answered
 * @param leads every host:port its databases lead to, by its own word
 * @param leadsServer the member's server that this is; null if they differ or it is none
 * @param missing databases that it does not have
 */
public record PoolerRow(
    long id,
    String name,
    long herdId,
    String herd,
    @Nullable Long environmentId,
    @Nullable String environment,
    long serverId,
    String server,
    String socketDirectory,
    int port,
    String adminUser,
    String owner,
    String databasesFile,
    String template,
    List<String> databases,
    int version,
    String state,
    @Nullable Instant triedAt,
    @Nullable Instant observedAt,
    @Nullable String error,
    List<String> leads,
    @Nullable Long leadsId,
    @Nullable String leadsServer,
    List<String> missing,
    @Nullable Long expectedId,
    @Nullable String expectedServer,
    @Nullable String expectedAddress,
    @Nullable Integer expectedPort,
    @Nullable Boolean paused,
    @Nullable Instant pausedSince,
    @Nullable Integer clients,
    @Nullable Integer waiting,
    @Nullable String pgbouncer,
    @Nullable String poolMode,
    @Nullable Integer queryWaitTimeout) {}
