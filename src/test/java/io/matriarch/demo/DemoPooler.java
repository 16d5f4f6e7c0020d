package io.matriarch.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Makes the fleet's PgBouncer known through the API, as configuration management would: once its
 * herd has formed itself from the agents' reports. One that is known already stays as it is.
 */
final class DemoPooler {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final DemoApi api;
  private final DemoFleet fleet;

  DemoPooler(DemoApi api, DemoFleet fleet) {
    this.api = api;
    this.fleet = fleet;
  }

  /** In the background: a herd that never reports keeps nobody from the console. */
  void registerOnceItsHerdIsKnown() {
    Thread.ofVirtual().name("demo-pooler").start(this::waitAndRegister);
  }

  private void waitAndRegister() {
    long end = System.nanoTime() + LIMIT.toNanos();
    Exception reason = null;
    while (System.nanoTime() < end) {
      try {
        if (register()) {
          return;
        }
        Thread.sleep(500);
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        reason = e;
        break;
      }
    }
    System.err.printf(
        "The pooler of the demo was not registered: %s; add it under Endpoints, or start the demo again%n",
        reason == null ? "its herd is not known after " + LIMIT : reason.getMessage());
  }

  private boolean register() throws IOException, InterruptedException {
    JsonNode pooler = fleet.description().get("pooler");
    String herd = pooler.get("herd").asString();
    String environment = pooler.get("environment").asString();
    String known = "/api/herds?filter=name:%s,environment:%s".formatted(herd, environment);
    if (api.send("viewer", "GET", known, Map.of()).get("items").isEmpty()) {
      return false;
    }
    String database = pooler.get("database").asString();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", pooler.get("name").asString());
    body.put("herd", herd);
    body.put("environment", environment);
    body.put("server", pooler.get("server").asString());
    body.put("socketDirectory", pooler.get("socketDirectory").asString());
    body.put("port", pooler.get("port").asInt());
    body.put("owner", fleet.owner());
    body.put("databasesFile", pooler.get("databasesFile").asString());
    body.put(
        "template",
        "[databases]\n%1$s = host={{.Host}} port={{.Port}} dbname=%1$s\n".formatted(database));
    body.put("databases", List.of(database));
    api.send("dba", "POST", "/api/poolers", body);
    return true;
  }
}
