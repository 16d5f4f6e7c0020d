package io.matriarch.ui.component;

import io.matriarch.database.Query;
import io.matriarch.database.Query.Comparison;
import io.matriarch.database.Query.InvalidQuery;
import io.matriarch.database.Quotes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what people write into filters: the search field's {@code env:prod lag>10MB role:standby
 * orders}, and the raw values that chips and URLs carry. A value that contains a separator stands
 * in {@link Quotes}.
 */
final class Filters {

  /** A quote opens only where a value begins. */
  private static final String VALUE = "(?:(?<![^\\s:=~><|,])\"(?:[^\"\\\\]|\\\\.)*+\"|\\S)++";

  private static final Pattern WORD =
      Pattern.compile("(?:([A-Za-z][A-Za-z ]{0,30}?)(:|=|~|>=|<=|>|<))?(" + VALUE + ")");
  private static final Pattern SIZE =
      Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\s*([kmgtp]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern SPAN =
      Pattern.compile("(\\d+)\\s*(s|sec|min|m|h|d)", Pattern.CASE_INSENSITIVE);

  private final Clock clock;

  Filters(Clock clock) {
    this.clock = clock;
  }

  /** What a search text means: filters over known columns, and the words that are left. */
  record Parsed(List<Query.Filter> filters, String text) {}

  Parsed search(String search, Collection<? extends Field<?>> fields) {
    List<Query.Filter> filters = new ArrayList<>();
    List<String> words = new ArrayList<>();
    Matcher m = WORD.matcher(search.strip());
    while (m.find()) {
      String value = m.group(3);
      if (m.group(1) == null) {
        words.add(Quotes.bare(value));
      } else {
        filters.add(filter(named(m.group(1), fields), m.group(2), value));
      }
    }
    return new Parsed(filters, String.join(" ", words));
  }

  /** Reads one raw value: {@code >10MB}, {@code ~ord}, {@code prod}. */
  Query.Filter raw(Field<?> field, List<String> values) {
    String first = values.getFirst();
    for (String operator : List.of(">", "<", "~", "=")) {
      if (first.startsWith(operator) && first.length() > 1) {
        return filter(field, operator, first.substring(1));
      }
    }
    return new Query.Filter(
        field.key(),
        equalOrLike(field),
        values.stream().map(v -> typed(field, Quotes.bare(v))).toList());
  }

  private Query.Filter filter(Field<?> field, String operator, String value) {
    List<String> values = Quotes.values(value, "|,").stream().map(v -> typed(field, v)).toList();
    Comparison comparison =
        switch (operator) {
          case ">", ">=" -> field.kind() == Field.Kind.AGE ? Comparison.LESS : Comparison.GREATER;
          case "<", "<=" -> field.kind() == Field.Kind.AGE ? Comparison.GREATER : Comparison.LESS;
          case "~" -> Comparison.CONTAINS;
          case "=" -> Comparison.EQUALS;
          default -> equalOrLike(field);
        };
    return new Query.Filter(field.key(), comparison, values);
  }

  private static Comparison equalOrLike(Field<?> field) {
    return field.kind() == Field.Kind.TEXT && !field.isFacet()
        ? Comparison.CONTAINS
        : Comparison.EQUALS;
  }

  private String typed(Field<?> field, String value) {
    return switch (field.kind()) {
      case BYTES, NUMBER -> number(field, value);
      case AGE -> ago(field, value);
      case YES_NO -> value.equals("yes") ? "true" : value.equals("no") ? "false" : value;
      default -> value;
    };
  }

  private static String number(Field<?> field, String value) {
    Matcher m = SIZE.matcher(value);
    if (value.equals("unknown")) {
      return value;
    }
    if (!m.matches()) {
      throw new InvalidQuery(
          "%s: \"%s\" is not a number%s"
              .formatted(
                  field.header(),
                  value,
                  field.kind() == Field.Kind.BYTES ? "; write 500kB, 10MB, 1.5GB" : ""));
    }
    int power = " kmgtp".indexOf(m.group(2).isEmpty() ? " " : m.group(2).toLowerCase(Locale.ROOT));
    return String.valueOf((long) (Double.parseDouble(m.group(1)) * Math.pow(1024, power)));
  }

  private String ago(Field<?> field, String value) {
    if (value.equals("unknown") || value.equals("never")) {
      return "unknown";
    }
    Matcher m = SPAN.matcher(value);
    if (!m.matches()) {
      throw new InvalidQuery(
          "%s: \"%s\" is not an age; write 30s, 5min, 2h, 7d".formatted(field.header(), value));
    }
    long n = Long.parseLong(m.group(1));
    Duration age =
        switch (m.group(2).toLowerCase(Locale.ROOT).charAt(0)) {
          case 's' -> Duration.ofSeconds(n);
          case 'm' -> Duration.ofMinutes(n);
          case 'h' -> Duration.ofHours(n);
          default -> Duration.ofDays(n);
        };
    Instant then = clock.instant().minus(age);
    return then.toString();
  }

  private static Field<?> named(String name, Collection<? extends Field<?>> fields) {
    String wanted = name.strip().toLowerCase(Locale.ROOT).replace(" ", "");
    Optional<? extends Field<?>> exact =
        fields.stream().filter(f -> f.names().contains(wanted)).findFirst();
    Optional<? extends Field<?>> found =
        exact.isPresent() || wanted.length() < 2
            ? exact
            : fields.stream()
                .filter(f -> f.names().stream().anyMatch(n -> n.startsWith(wanted)))
                .findFirst();
    if (found.isEmpty()) {
      throw new InvalidQuery(
          "There is no column \"%s\" here; try %s"
              .formatted(
                  name.strip(),
                  String.join(", ", fields.stream().map(f -> f.names().getFirst()).toList())));
    }
    return found.get();
  }
}
