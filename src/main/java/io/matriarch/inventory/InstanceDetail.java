package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All facts about one instance beyond its line in the grid, for its own page. */
public record InstanceDetail(
    long id,
    @Nullable String owner,
    @Nullable String socketDirectory,
    @Nullable String binDirectory,
    @Nullable String configFile,
    @Nullable String debianCluster,
    @Nullable String unit,
    @Nullable String systemIdentifier,
    @Nullable String controlState,
    @Nullable String writeLsn,
    @Nullable String receiveLsn,
    @Nullable String replayLsn,
    @Nullable Instant replayedAt,
    @Nullable String checkpointLsn,
    @Nullable Instant startedAt,
    @Nullable Instant changedAt,
    @Nullable Boolean standbySignal,
    Map<String, String> upstream,
    List<Map<String, String>> slots,
    List<Map<String, String>> standbys,
    Map<String, String> settings,
    Map<String, String> archiver,
    Map<String, String> dataVolume,
    Map<String, String> walVolume) {

  public InstanceDetail {
    upstream = Map.copyOf(upstream);
    slots = List.copyOf(slots);
    standbys = List.copyOf(standbys);
    settings = Map.copyOf(settings);
    archiver = Map.copyOf(archiver);
    dataVolume = Map.copyOf(dataVolume);
    walVolume = Map.copyOf(walVolume);
  }
}
