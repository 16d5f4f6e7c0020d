package io.matriarch.database;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Pages, counts and selects the rows of one SQL view. Column names come from a fixed map, values
 * are always bound, and the key column ends every sort order so that pages never overlap.
 */
public final class Listing<R> {

  /** What a column holds, which decides how its filter values are read. */
  public enum Type {
    TEXT,
    NUMBER,
    BOOLEAN,
    INSTANT
  }

  private record Column(String expression, Type type) {}

  private final JdbcClient jdbc;
  private final String view;
  private final String key;
  private final RowMapper<R> mapper;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<String> searched = new ArrayList<>();
  private boolean keysFirst;
  private String standardOrder = "";

  public Listing(JdbcClient jdbc, String view, String key, RowMapper<R> mapper) {
    this.jdbc = jdbc;
    this.view = view;
    this.key = key;
    this.mapper = mapper;
  }

  /** Offers a column under a public name; {@code expression} is trusted SQL. */
  public Listing<R> column(String name, String expression, Type type) {
    columns.put(name, new Column(expression, type));
    return this;
  }

  /** Expressions that the free text is looked for in. */
  public Listing<R> searching(String... expressions) {
    searched.addAll(List.of(expressions));
    return this;
  }

  /** Trusted SQL of the order when the query names none. */
  public Listing<R> orderedBy(String order) {
    standardOrder = order;
    return this;
  }

  /**
   * Finds the keys of a page before the rest of its rows: faster for a view of many rows that looks
   * up names in other tables, slower for one that computes.
   */
  public Listing<R> keysFirst() {
    keysFirst = true;
    return this;
  }

  public Set<String> columnNames() {
    return Set.copyOf(columns.keySet());
  }

  public List<R> page(Query query) {
    Map<String, Object> values = new LinkedHashMap<>();
    String sql =
        (keysFirst
                ? "select * from %1$s join (select %4$s from %1$s where %2$s order by %3$s offset :offset limit :limit) page using (%4$s) order by %3$s"
                : "select * from %1$s where %2$s order by %3$s offset :offset limit :limit")
            .formatted(view, where(query, values), order(query), key);
    values.put("offset", query.offset());
    values.put("limit", query.limit());
    return jdbc.sql(sql).params(values).query(mapper).list();
  }

  public long total(Query query) {
    Map<String, Object> values = new LinkedHashMap<>();
    String sql = "select count(*) from %s where %s".formatted(view, where(query, values));
    return jdbc.sql(sql).params(values).query(Long.class).single();
  }

  /** Keys of all matching rows in sort order, for "select all matching". */
  public List<Long> keys(Query query) {
    Map<String, Object> values = new LinkedHashMap<>();
    String sql =
        "select %s from %s where %s order by %s"
            .formatted(key, view, where(query, values), order(query));
    return jdbc.sql(sql).params(values).query(Long.class).list();
  }

  /** Those among these keys whose rows match. */
  public Set<Long> matching(Query query, Collection<Long> keys) {
    Map<String, Object> values = new LinkedHashMap<>();
    String sql =
        "select %1$s from %2$s where %3$s and %1$s = any(:keys)"
            .formatted(key, view, where(query, values));
    values.put("keys", keys.toArray(Long[]::new));
    return Set.copyOf(jdbc.sql(sql).params(values).query(Long.class).list());
  }

  /** The row with this key, if there is one. */
  public java.util.Optional<R> byKey(long id) {
    return jdbc.sql("select * from %s where %s = :id".formatted(view, key))
        .param("id", id)
        .query(mapper)
        .optional();
  }

  /** The distinct values of a column, for its filter's choices; at most 200. */
  public List<String> values(String column) {
    String expression = columnOf(column).expression;
    return jdbc.sql(
            "select distinct (%1$s)::text as v from %2$s where %1$s is not null order by v limit 200"
                .formatted(expression, view))
        .query(String.class)
        .list();
  }

  private String order(Query query) {
    List<String> parts = new ArrayList<>();
    for (Query.Sort sort : query.sorts()) {
      parts.add(
          columnOf(sort.column()).expression
              + (sort.descending() ? " desc nulls last" : " asc nulls last"));
    }
    if (parts.isEmpty() && !standardOrder.isEmpty()) {
      parts.add(standardOrder);
    }
    parts.add(key);
    return String.join(", ", parts);
  }

  private String where(Query query, Map<String, Object> values) {
    List<String> parts = new ArrayList<>(List.of("true"));
    for (Query.Filter filter : query.filters()) {
      parts.add(condition(filter, values));
    }
    for (String word : query.text().strip().split("\\s+")) {
      if (!word.isEmpty() && !searched.isEmpty()) {
        String name = bind(values, contains(word));
        parts.add(
            searched.stream()
                .map(e -> "(%s)::text ilike :%s".formatted(e, name))
                .collect(Collectors.joining(" or ", "(", ")")));
      }
    }
    return String.join(" and ", parts);
  }

  private String condition(Query.Filter filter, Map<String, Object> values) {
    Column column = columnOf(filter.column());
    return filter.values().stream()
        .map(v -> comparison(filter, column, v, values))
        .collect(Collectors.joining(" or ", "(", ")"));
  }

  private String comparison(
      Query.Filter filter, Column column, String value, Map<String, Object> values) {
    if (value.equals("unknown") && column.type != Type.TEXT) {
      return column.expression + " is null";
    }
    if (value.equals("none") && column.type == Type.TEXT) {
      return "(%s is null or %s = 'none')".formatted(column.expression, column.expression);
    }
    return switch (filter.comparison()) {
      case CONTAINS ->
          "(%s)::text ilike :%s".formatted(column.expression, bind(values, contains(value)));
      case EQUALS -> compare(filter, column, "=", value, values);
      case GREATER -> compare(filter, column, ">", value, values);
      case LESS -> compare(filter, column, "<", value, values);
    };
  }

  private String compare(
      Query.Filter filter,
      Column column,
      String operator,
      String value,
      Map<String, Object> values) {
    Object typed = typed(filter, column, value);
    String left =
        column.type == Type.TEXT ? "(%s)::text".formatted(column.expression) : column.expression;
    return "%s %s :%s".formatted(left, operator, bind(values, typed));
  }

  private static Object typed(Query.Filter filter, Column column, String value) {
    try {
      return switch (column.type) {
        case TEXT -> value;
        case NUMBER -> Long.valueOf(value);
        case INSTANT -> Timestamp.from(Instant.parse(value));
        case BOOLEAN -> {
          if (!value.equals("true") && !value.equals("false")) {
            throw new NumberFormatException(value);
          }
          yield Boolean.valueOf(value);
        }
      };
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new Query.InvalidQuery(
          "filter %s: \"%s\" is not a %s"
              .formatted(
                  filter.column(), value, column.type.name().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  private static String contains(String text) {
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
  }

  private static String bind(Map<String, Object> values, Object value) {
    String name = "p" + values.size();
    values.put(name, value);
    return name;
  }

  private Column columnOf(String name) {
    @Nullable Column column = columns.get(name);
    if (column == null) {
      throw new Query.InvalidQuery(
          "there is no column \"%s\" here; there are %s".formatted(name, columns.keySet()));
    }
    return column;
  }
}
