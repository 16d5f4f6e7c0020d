package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code GET /api/dns-records}, from view {@code v_dns_record}.
 *
 * @param state unseen, unreachable, unknown (no primary is known, or it has no such address),
 *     drift, stale (another server answers something else) or right
 * @param answers what the server that takes updates answers
 * @param behind other authoritative servers that answer something else
 * @param silent other authoritative servers that do not answer
 */
public record DnsRecordRow(
    long id,
    String name,
    String type,
    String zone,
    int ttl,
    long herdId,
    String herd,
    @Nullable Long environmentId,
    @Nullable String environment,
    String updateServer,
    String keyName,
    String keyAlgorithm,
    List<String> servers,
    int version,
    String state,
    List<String> answers,
    @Nullable Integer observedTtl,
    @Nullable Long serial,
    List<String> behind,
    List<String> silent,
    @Nullable String leadsServer,
    @Nullable String expected,
    @Nullable String expectedServer,
    @Nullable Instant observedAt,
    @Nullable Instant triedAt,
    @Nullable String error) {}
