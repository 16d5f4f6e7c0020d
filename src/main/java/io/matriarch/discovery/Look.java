package io.matriarch.discovery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One look at a server: an agent's report, or our own probe of some of its instances.
 *
 * @param at when it reached us, by our clock
 * @param sentAt when it was sent, by the host's clock
 * @param host null for a probe
 * @param reached of a probe: whether the server could be reached in every way that was tried
 * @param untaken data directories of instances that are there, and whose facts cannot be taken
 */
record Look(
    long serverId,
    Instant at,
    Instant sentAt,
    @Nullable HostFacts host,
    List<Facts> instances,
    List<String> untaken,
    boolean reached) {

  Look {
    instances = List.copyOf(instances);
    untaken = List.copyOf(untaken);
  }

  boolean isReport() {
    return host != null;
  }

  /** An agent's document, as it lies in agent_report. */
  static Look report(long serverId, Instant receivedAt, JsonNode document) {
    Instant sent = Readings.instant(document, "sentAt");
    Instant sentAt = sent == null ? receivedAt : sent;
    return new Look(
        serverId,
        receivedAt,
        sentAt,
        HostFacts.read(document),
        document.path("instances").values().stream().map(i -> Facts.read(i, sentAt)).toList(),
        document.path("faults").values().stream()
            .map(fault -> fault.path("dataDirectory").asString(""))
            .toList(),
        true);
  }

  /** What a probe brought home; the facts carry the host's own clock. */
  static Look probe(long serverId, Instant at, List<Facts> instances, boolean reached) {
    Instant newest = instances.stream().map(Facts::observedAt).max(Instant::compareTo).orElse(at);
    return new Look(serverId, at, newest, null, instances, List.of(), reached);
  }
}
