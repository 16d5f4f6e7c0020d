package io.matriarch.store;

import io.matriarch.store.Claim.Primary;
import io.matriarch.store.Claim.Switching;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A claim as the value of a key. Fields may be added, never renamed: people's tools read it. The
 * system identifier is text, since numbers of JSON lose digits in many of them.
 */
final class ClaimJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ClaimJson() {}

  static byte[] write(Claim claim) {
    ObjectNode value = JSON.createObjectNode();
    value.put("term", claim.term());
    value.put("systemIdentifier", claim.systemIdentifier());
    value.put("herd", claim.herd());
    switch (claim) {
      case Primary primary -> {
        value.put("state", "primary");
        value.put("host", primary.host());
        value.put("port", primary.port());
        value.put("timeline", primary.timeline());
      }
      case Switching switching -> {
        value.put("state", "switching");
        value.put("until", switching.until().toString());
      }
    }
    value.put("at", claim.at().toString());
    return JSON.writeValueAsBytes(value);
  }

  /** Empty if nobody who keeps to our rules wrote this. */
  static Optional<Claim> read(byte[] value) {
    try {
      return Optional.of(claim(JSON.readTree(new String(value, StandardCharsets.UTF_8))));
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Claim claim(JsonNode value) {
    long term = value.required("term").longValue();
    String identifier = value.required("systemIdentifier").stringValue();
    String herd = value.required("herd").stringValue();
    Instant at = Instant.parse(value.required("at").stringValue());
    String state = value.required("state").stringValue();
    return switch (state) {
      case "primary" ->
          new Primary(
              term,
              identifier,
              value.required("timeline").intValue(),
              value.required("host").stringValue(),
              value.required("port").intValue(),
              herd,
              at);
      case "switching" ->
          new Switching(
              term, identifier, herd, Instant.parse(value.required("until").stringValue()), at);
      default -> throw new IllegalArgumentException("not a state: " + state);
    };
  }
}
