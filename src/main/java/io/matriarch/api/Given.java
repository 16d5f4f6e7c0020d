package io.matriarch.api;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.matriarch.inventory.InvalidField;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * A body that was read strictly, and which members it named: to PATCH, null and not given differ.
 */
record Given<B>(B body, Set<String> names) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .changeDefaultNullHandling(nulls -> JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  /**
   * @throws BadBody when it is no JSON object
   * @throws InvalidField naming the member that is unknown or has a value of the wrong kind
   */
  static <B> Given<B> read(byte[] body, Class<B> type) {
    JsonNode tree = object(body);
    try {
      return new Given<>(JSON.treeToValue(tree, type), Set.copyOf(tree.propertyNames()));
    } catch (UnrecognizedPropertyException e) {
      throw new InvalidField(path(e), "is not known here; there are " + e.getKnownPropertyIds());
    } catch (JacksonException e) {
      throw new InvalidField(path(e), "has a value of the wrong kind");
    }
  }

  private static JsonNode object(byte[] body) {
    try {
      JsonNode tree = JSON.readTree(body);
      if (tree == null || !tree.isObject()) {
        throw new BadBody("The body is no JSON object. Nothing was done; send one.");
      }
      return tree;
    } catch (JacksonException e) {
      throw new BadBody(
          "The body is not JSON: %s at line %d, column %d. Nothing was done; correct it."
              .formatted(
                  // The token may be a password that lacks its quotes.
                  e.getOriginalMessage().replaceFirst("(?s) '.*'", ""),
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr()));
    }
  }

  private static String path(JacksonException e) {
    return e.getPath().stream()
        .map(step -> step.getPropertyName() == null ? "" + step.getIndex() : step.getPropertyName())
        .collect(Collectors.joining("."));
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /** A member that a new entry cannot do without. */
  <T> T must(String name, @Nullable T value) {
    if (value == null) {
      throw new InvalidField(name, "is missing");
    }
    return value;
  }

  /** What was given, or else the base; null is not allowed. */
  <T> T or(String name, @Nullable T value, T base) {
    if (!has(name)) {
      return base;
    }
    if (value == null) {
      throw new InvalidField(name, "must not be null");
    }
    return value;
  }

  /** What was given, null too, or else the base. */
  <T> @Nullable T orNull(String name, @Nullable T value, @Nullable T base) {
    return has(name) ? value : base;
  }
}
