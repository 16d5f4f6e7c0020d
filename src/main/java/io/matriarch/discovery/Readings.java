package io.matriarch.discovery;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads values that a stranger wrote: what is not of the expected form is unknown, and text is made
 * harmless to show.
 */
final class Readings {

  private static final int LONGEST_TEXT = 4000;
  private static final int MOST_ELEMENTS = 1000;
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
  private static final Pattern LSN = Pattern.compile("[0-9A-F]{1,8}/[0-9A-F]{1,8}");
  private static final Pattern IDENTIFIER = Pattern.compile("[0-9]{1,20}");

  /** Control characters, and those that turn the direction of what follows. */
  private static final Pattern HARMFUL =
      Pattern.compile("[\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069\\u2028\\u2029]");

  private Readings() {}

  static @Nullable String text(JsonNode from, String name) {
    return text(from, name, LONGEST_TEXT);
  }

  static @Nullable String text(JsonNode from, String name, int longest) {
    JsonNode value = from.path(name);
    if (!value.isString()) {
      return null;
    }
    String clean = clean(value.stringValue().strip(), longest);
    return clean.isEmpty() ? null : clean;
  }

  static String clean(String text, int longest) {
    String clean = HARMFUL.matcher(text).replaceAll("\uFFFD");
    if (clean.length() <= longest) {
      return clean;
    }
    int end = longest - 1;
    return clean.substring(0, Character.isHighSurrogate(clean.charAt(end - 1)) ? end - 1 : end)
        + "…";
  }

  /** A path or another argument: taken as it is or not at all. */
  static @Nullable String argument(JsonNode from, String name) {
    JsonNode value = from.path(name);
    if (!value.isString() || value.stringValue().isEmpty()) {
      return null;
    }
    String argument = value.stringValue();
    return HARMFUL.matcher(argument).find() || argument.length() > 4096 ? null : argument;
  }

  static @Nullable Boolean truth(JsonNode from, String name) {
    JsonNode value = from.path(name);
    return value.isBoolean() ? value.asBoolean() : null;
  }

  static @Nullable Integer number(JsonNode from, String name, int least, int most) {
    JsonNode value = from.path(name);
    if (!value.isNumber() || !value.canConvertToInt()) {
      return null;
    }
    int number = value.asInt();
    return number < least || number > most ? null : number;
  }

  static @Nullable Long size(JsonNode from, String name) {
    JsonNode value = from.path(name);
    if (!value.isNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      return null;
    }
    return value.asLong();
  }

  static @Nullable Instant instant(JsonNode from, String name) {
    JsonNode value = from.path(name);
    if (!value.isString()) {
      return null;
    }
    try {
      Instant instant = OffsetDateTime.parse(value.stringValue()).toInstant();
      return instant.isBefore(EARLIEST) || instant.isAfter(LATEST) ? null : instant;
    } catch (DateTimeException e) {
      return null;
    }
  }

  static @Nullable String lsn(JsonNode from, String name) {
    JsonNode value = from.path(name);
    String lsn = value.isString() ? value.stringValue().toUpperCase(Locale.ROOT) : "";
    return LSN.matcher(lsn).matches() ? lsn : null;
  }

  static @Nullable String identifier(JsonNode from, String name) {
    JsonNode value = from.path(name);
    String digits = value.isString() ? value.stringValue() : "";
    return IDENTIFIER.matcher(digits).matches() ? digits : null;
  }

  static @Nullable JsonNode object(JsonNode from, String name) {
    JsonNode value = from.path(name);
    return value.isObject() ? cleaned(value) : null;
  }

  static JsonNode list(JsonNode from, String name) {
    JsonNode value = from.path(name);
    return value.isArray() ? cleaned(value) : JsonNodeFactory.instance.arrayNode();
  }

  private static JsonNode cleaned(JsonNode node) {
    if (node.isObject()) {
      ObjectNode clean = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        clean.set(clean(field.getKey(), 200), cleaned(field.getValue()));
      }
      return clean;
    }
    if (node.isArray()) {
      ArrayNode clean = JsonNodeFactory.instance.arrayNode();
      node.values().stream().limit(MOST_ELEMENTS).forEach(one -> clean.add(cleaned(one)));
      return clean;
    }
    return node.isString()
        ? JsonNodeFactory.instance.stringNode(clean(node.stringValue(), LONGEST_TEXT))
        : node;
  }
}
