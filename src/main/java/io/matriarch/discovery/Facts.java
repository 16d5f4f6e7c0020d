package io.matriarch.discovery;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one look at an instance showed, by the names of the columns that keep it. Null is unknown.
 *
 * @param role null if this look does not tell; the last one known stays then
 * @param looked the fields that this look tells about, also those that it found nothing for
 * @param online whether it answers; null if it runs or may run without answering
 */
record Facts(
    String dataDirectory,
    @Nullable Integer configuredPort,
    @Nullable String socketDirectory,
    @Nullable String binDirectory,
    @Nullable String configFile,
    @Nullable String owner,
    @Nullable String debianCluster,
    @Nullable String unit,
    @Nullable String version,
    @Nullable Integer versionNum,
    @Nullable String clusterName,
    @Nullable String role,
    @Nullable String likelyRole,
    String state,
    @Nullable Boolean online,
    @Nullable String stateReason,
    @Nullable Integer timeline,
    @Nullable String systemIdentifier,
    @Nullable String controlState,
    @Nullable String writeLsn,
    @Nullable String receiveLsn,
    @Nullable String replayLsn,
    @Nullable Instant replayedAt,
    @Nullable String checkpointLsn,
    @Nullable JsonNode upstream,
    @Nullable Boolean standbySignal,
    JsonNode slots,
    JsonNode standbys,
    JsonNode settings,
    @Nullable JsonNode archiver,
    @Nullable String manager,
    @Nullable Long sizeBytes,
    @Nullable Integer connections,
    @Nullable Integer maxConnections,
    @Nullable Instant startedAt,
    @Nullable Boolean pendingRestart,
    @Nullable JsonNode dataVolume,
    @Nullable JsonNode walVolume,
    Instant observedAt,
    @JsonIgnore Set<String> looked) {

  Facts {
    looked = Set.copyOf(looked);
  }

  boolean writable() {
    return state.equals("primary");
  }

  static Facts read(JsonNode one, Instant sentAt) {
    Verdict verdict = Verdict.of(one);
    Instant observed = Readings.instant(one, "observedAt");
    JsonNode settings = Readings.object(one, "settings");
    return new Facts(
        directory(one),
        Readings.number(one, "port", 1, 65535),
        Readings.argument(one, "socketDirectory"),
        Readings.argument(one, "binDirectory"),
        Readings.argument(one, "configFile"),
        Readings.argument(one, "owner"),
        Readings.argument(one, "debianCluster"),
        Readings.argument(one, "unit"),
        Readings.text(one, "version", 60),
        Readings.number(one, "versionNum", 80000, 999999),
        Readings.text(one, "clusterName", 200),
        verdict.role(),
        verdict.likelyRole(),
        verdict.state(),
        verdict.online(),
        verdict.reason(),
        Readings.number(one, "timeline", 1, Integer.MAX_VALUE),
        Readings.identifier(one, "systemIdentifier"),
        Readings.text(one, "controlState", 100),
        Readings.lsn(one, "writeLsn"),
        Readings.lsn(one, "receiveLsn"),
        Readings.lsn(one, "replayLsn"),
        Readings.instant(one, "replayedAt"),
        Readings.lsn(one, "checkpointLsn"),
        Readings.object(one, "upstream"),
        Readings.truth(one, "standbySignal"),
        Readings.list(one, "slots"),
        Readings.list(one, "standbys"),
        settings == null ? Reporting.JSON.createObjectNode() : settings,
        Readings.object(one, "archiver"),
        manager(one),
        Readings.size(one, "sizeBytes"),
        Readings.number(one, "connections", 0, Integer.MAX_VALUE),
        Readings.number(one, "maxConnections", 0, Integer.MAX_VALUE),
        Readings.instant(one, "startedAt"),
        Readings.truth(one, "pendingRestart"),
        Readings.object(one, "dataVolume"),
        Readings.object(one, "walVolume"),
        observed == null ? sentAt : observed,
        looked(one));
  }

  private static Set<String> looked(JsonNode one) {
    return one.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static String directory(JsonNode one) {
    String directory = Readings.argument(one, "dataDirectory");
    if (directory == null || !directory.startsWith("/")) {
      throw new IllegalArgumentException("an instance has no data directory");
    }
    return directory;
  }

  private static @Nullable String manager(JsonNode one) {
    String manager = Readings.text(one, "manager", 60);
    return manager == null ? null : manager.toLowerCase(Locale.ROOT);
  }

  String herdName(String server) {
    return HerdName.of(server, clusterName, configuredPort, dataDirectory);
  }
}
