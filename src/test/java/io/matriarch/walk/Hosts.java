package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The fleet as its own hosts see it, past everything that Matriarch believes. */
record Hosts(JsonNode fleet) {

  private static final int NAME = 1;
  private static final int STATUS = 3;

  /**
   * Every cluster by {@code server/name}: {@code online}, {@code online,recovery} for a standby, or
   * {@code down}; an online one is proven by an answer.
   */
  Map<String, String> clusters() throws Exception {
    Map<String, String> clusters = new TreeMap<>();
    for (JsonNode server : fleet.get("servers")) {
      String name = server.get("name").asString();
      for (String line : on(name, "pg_lsclusters", "-h").said().lines().toList()) {
        String[] words = line.strip().split("\\s+");
        clusters.put(name + "/" + words[NAME], words[STATUS]);
      }
    }
    for (JsonNode cluster : fleet.get("clusters")) {
      String key = cluster.get("server").asString() + "/" + cluster.get("name").asString();
      if (clusters.getOrDefault(key, "").startsWith("online") && !answers(cluster)) {
        clusters.put(key, "does not answer");
      }
    }
    return clusters;
  }

  private boolean answers(JsonNode cluster) throws Exception {
    String server = cluster.get("server").asString();
    return on(
                server,
                "pg_isready",
                "-q",
                "-h",
                server(server).get("address").asString(),
                "-p",
                cluster.get("port").asString())
            .exit()
        == 0;
  }

  /** What somebody does by hand with one cluster: start, stop, promote. */
  void control(String server, String name, String verb) throws Exception {
    String version = cluster(server, name).get("version").asString();
    Programs.Result result = on(server, "pg_ctlcluster", version, name, verb);
    assertThat(result.exit()).as(result.said()).isZero();
  }

  private Programs.Result on(String server, String... command) throws Exception {
    String root = fleet.get("root").asString();
    Map<String, String> environment =
        Map.of(
            "PG_CLUSTER_CONF_ROOT",
            root + "/" + server + "/etc",
            "MATRIARCH_DEMO",
            root,
            "_SYSTEMCTL_SKIP_REDIRECT",
            "1");
    return Programs.result(environment, List.of(command));
  }

  private JsonNode server(String name) {
    return fleet.get("servers").values().stream()
        .filter(each -> each.get("name").asString().equals(name))
        .findAny()
        .orElseThrow();
  }

  private JsonNode cluster(String server, String cluster) {
    return fleet.get("clusters").values().stream()
        .filter(each -> each.get("server").asString().equals(server))
        .filter(each -> each.get("name").asString().equals(cluster))
        .findAny()
        .orElseThrow();
  }
}
