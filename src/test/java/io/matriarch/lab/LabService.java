package io.matriarch.lab;

import tools.jackson.databind.JsonNode;

/** A service of a lab; {@code facts} holds what else {@code lab.json} says of it. */
public record LabService(String kind, String host, int port, JsonNode facts) {

  static LabService of(JsonNode facts) {
    return new LabService(
        facts.get("kind").asString(),
        facts.get("host").asString(),
        facts.get("port").asInt(),
        facts);
  }

  public String fact(String name) {
    return facts.get(name).asString();
  }
}
