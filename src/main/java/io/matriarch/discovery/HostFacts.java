package io.matriarch.discovery;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an agent says about its host, by the names of the columns that keep it. */
record HostFacts(
    @Nullable String agent,
    @Nullable String hostname,
    @Nullable String os,
    @Nullable String osFamily,
    @Nullable String kernel,
    @Nullable String init,
    @Nullable Integer cpus,
    @Nullable List<Double> load,
    @Nullable Long memoryTotal,
    @Nullable Long memoryAvailable,
    int intervalSeconds) {

  private static final int USUAL_INTERVAL = 30;
  private static final double HIGHEST_LOAD = 99_999;

  static HostFacts read(JsonNode document) {
    JsonNode host = document.path("host");
    Integer interval = Readings.number(document, "intervalSeconds", 1, 86_400);
    return new HostFacts(
        Readings.text(document, "agent", 60),
        Readings.text(host, "hostname", 253),
        Readings.text(host, "os", 200),
        Readings.text(host, "osFamily", 60),
        Readings.text(host, "kernel", 200),
        Readings.text(host, "init", 60),
        Readings.number(host, "cpus", 1, 1_000_000),
        load(host.path("load")),
        Readings.size(host, "memoryTotalBytes"),
        Readings.size(host, "memoryAvailableBytes"),
        interval == null ? USUAL_INTERVAL : interval);
  }

  private static @Nullable List<Double> load(JsonNode load) {
    if (!load.isArray() || load.size() != 3) {
      return null;
    }
    List<Double> averages = new ArrayList<>();
    for (JsonNode one : load.values()) {
      double value = one.isNumber() ? one.asDouble() : -1;
      if (!(value >= 0 && value <= HIGHEST_LOAD)) {
        return null;
      }
      averages.add(value);
    }
    return averages;
  }
}
