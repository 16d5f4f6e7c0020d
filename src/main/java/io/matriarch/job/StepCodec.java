package io.matriarch.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes plans as canonical JSON, hashes them, and reads stored ones back. */
@Component
class StepCodec {

  private final Map<String, StepType> byId = new HashMap<>();
  private final Map<Class<? extends Step>, StepType> byClass = new HashMap<>();
  private final JsonMapper json =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  StepCodec(Collection<StepType> types) {
    types.forEach(this::register);
    register(new StepType("observe", 1, Observe.class));
  }

  private void register(StepType type) {
    if (byId.put(type.id(), type) != null) {
      throw new IllegalStateException("two step types are named " + type.id());
    }
    StepType other = byClass.get(type.record());
    if (other == null || other.version() < type.version()) {
      byClass.put(type.record(), type);
    }
  }

  String write(Plan plan) {
    ObjectNode root = json.createObjectNode();
    ArrayNode entries = root.putArray("entries");
    for (Plan.Entry entry : plan.entries()) {
      ObjectNode node = entries.addObject();
      node.set("step", node(entry.step()));
      node.set("always", node(entry.always()));
      node.set("onFailure", node(entry.onFailure()));
      node.set("needs", json.valueToTree(entry.needs()));
    }
    root.put("pointOfNoReturn", plan.pointOfNoReturn());
    root.set("last", node(plan.last()));
    return json.writeValueAsString(root);
  }

  /**
   * Reads a stored plan.
   *
   * @throws UnknownStep when it holds a step that this version does not know
   */
  Plan read(String stored) {
    JsonNode root = json.readTree(stored);
    List<Plan.Entry> entries =
        StreamSupport.stream(root.get("entries").spliterator(), false)
            .map(
                e ->
                    new Plan.Entry(
                        required(e.get("step")),
                        step(e.get("always")),
                        step(e.get("onFailure")),
                        indexes(e.get("needs"))))
            .toList();
    return new Plan(entries, root.get("pointOfNoReturn").asInt(), step(root.get("last")));
  }

  /** SHA-256 of the text in hex. */
  static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The stored name of the step's type, such as {@code stop-postgres/1}. */
  String typeOf(Step step) {
    StepType type = byClass.get(step.getClass());
    if (type == null) {
      throw new IllegalStateException(step.getClass().getName() + " has no step type");
    }
    return type.id();
  }

  String text(Step step) {
    return json.writeValueAsString(step);
  }

  String json(Object value) {
    return json.writeValueAsString(value);
  }

  <T> T object(String text, Class<T> type) {
    return json.readValue(text, type);
  }

  private JsonNode node(@Nullable Step step) {
    if (step == null) {
      return json.nullNode();
    }
    ObjectNode node = json.createObjectNode();
    node.put("type", typeOf(step));
    node.set("arguments", json.valueToTree(step));
    return node;
  }

  private Step required(@Nullable JsonNode node) {
    Step step = step(node);
    if (step == null) {
      throw new UnknownStep("a stored plan has an entry without a step");
    }
    return step;
  }

  private @Nullable Step step(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    String id = node.get("type").asString();
    StepType type = byId.get(id);
    if (type == null) {
      throw new UnknownStep("step type " + id + " is unknown to this version");
    }
    try {
      return json.treeToValue(node.get("arguments"), type.record());
    } catch (JacksonException e) {
      throw new UnknownStep("step type " + id + " cannot be read: " + e.getOriginalMessage());
    }
  }

  private static List<Integer> indexes(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asInt).toList();
  }

  /** A stored step that this version cannot read; the run that holds it cannot go on. */
  static final class UnknownStep extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownStep(String message) {
      super(message);
    }
  }
}
