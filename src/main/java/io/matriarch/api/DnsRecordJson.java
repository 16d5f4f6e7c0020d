package io.matriarch.api;

import io.matriarch.inventory.DnsRecordRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record of DNS as the API shows it, with what its servers last answered. */
@Schema(name = "DnsRecord")
record DnsRecordJson(
    long id,
    String name,
    String type,
    String zone,
    @Schema(description = "Seconds; written with each value") int ttl,
    String herd,
    long herdId,
    @Nullable String environment,
    @Nullable Long environmentId,
    String updateServer,
    String keyName,
    String keyAlgorithm,
    @Schema(description = "Servers that must answer the value; none: those that the zone names")
        List<String> servers,
    @Schema(description = "The ETag without its quotes; If-Match names it") int version,
    @Schema(
            description =
                "unseen; unreachable; unknown: no primary is known, or it has no such address; drift: it leads elsewhere; stale: another server answers something else; right")
        String state,
    @Schema(description = "What the server that takes updates answers") List<String> answers,
    @Nullable Integer observedTtl,
    @Nullable Long serial,
    @Schema(description = "Other servers that answer something else") List<String> behind,
    @Schema(description = "Other servers that do not answer") List<String> silent,
    @Schema(description = "The server of the herd that this is; null if it is none")
        @Nullable String leadsToServer,
    @Nullable String expected,
    @Nullable String expectedServer,
    @Nullable Instant observedAt,
    @Nullable Instant triedAt,
    @Schema(description = "Why the server that takes updates did not answer; null if it did")
        @Nullable String error) {

  static DnsRecordJson of(DnsRecordRow row) {
    return new DnsRecordJson(
        row.id(),
        row.name(),
        row.type(),
        row.zone(),
        row.ttl(),
        row.herd(),
        row.herdId(),
        row.environment(),
        row.environmentId(),
        row.updateServer(),
        row.keyName(),
        row.keyAlgorithm(),
        row.servers(),
        row.version(),
        row.state(),
        row.answers(),
        row.observedTtl(),
        row.serial(),
        row.behind(),
        row.silent(),
        row.leadsServer(),
        row.expected(),
        row.expectedServer(),
        row.observedAt(),
        row.triedAt(),
        row.error());
  }
}
