package io.matriarch.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tables that the look's script prints: a mark and a name, a header, rows. */
final class ShownTables {

  private static final String MARK = "\u001e";
  private static final String SEPARATOR = "\u001f";
  private static final Pattern VERSION =
      Pattern.compile("PgBouncer (?:version )?([0-9][0-9A-Za-z.]*)");
  private static final String CONSOLE = "pgbouncer";

  private final Map<String, List<Map<String, String>>> tables = new HashMap<>();
  private final LocalCommand.Output output;
  private @Nullable Integer listeners;

  ShownTables(LocalCommand.Output output) {
    this.output = output;
    String table = "";
    List<String> header = List.of();
    for (String line : output.stdout().split("\n", -1)) {
      if (line.startsWith(MARK)) {
        table = line.substring(1);
        header = List.of();
      } else if (line.startsWith("listeners ")) {
        listeners = number(line.substring("listeners ".length()));
      } else if (header.isEmpty()) {
        header = List.of(line.split(SEPARATOR, -1));
        tables.put(table, new ArrayList<>());
      } else {
        addRow(table, header, line.split(SEPARATOR, -1));
      }
    }
  }

  /** A row that does not fit its header was broken up by a name; nothing in it can be trusted. */
  private void addRow(String table, List<String> header, String[] cells) {
    if (cells.length != header.size()) {
      return;
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (int at = 0; at < cells.length; at++) {
      row.put(header.get(at), cells[at]);
    }
    tables.computeIfAbsent(table, name -> new ArrayList<>()).add(row);
  }

  ObservedPooler pooler() {
    Map<String, String> config = new HashMap<>();
    table("CONFIG").forEach(row -> config.put(text(row, "key"), text(row, "value")));
    List<Map<String, String>> pools = users("POOLS");
    boolean known = tables.containsKey("POOLS");
    return new ObservedPooler(
        reason(),
        version(),
        config.get("pool_mode"),
        seconds(config.get("query_wait_timeout")),
        seconds(config.get("server_login_retry")),
        number(config.get("max_client_conn")),
        config.containsKey("so_reuseport") ? "1".equals(config.get("so_reuseport")) : null,
        listeners,
        users("DATABASES").stream().map(ShownTables::database).toList(),
        tables.containsKey("CLIENTS") ? users("CLIENTS").size() : null,
        known ? sum(pools, "cl_waiting") : null,
        tables.containsKey("SERVERS") ? users("SERVERS").size() : null,
        known ? longestWait(pools) : null,
        addresses());
  }

  private @Nullable String reason() {
    if (output.exit() == 0 && version() != null && tables.containsKey("DATABASES")) {
      return null;
    }
    String said = output.stderr().strip().replace('\n', ' ');
    if (output.exit() == 0) {
      return "its answer could not be read: " + said;
    }
    return said.isEmpty() ? "the look exited " + output.exit() : said;
  }

  /** {@code PgBouncer 1.18.0}; before 1.13 in a column of another name, or as a notice. */
  private @Nullable String version() {
    String said =
        table("VERSION").stream()
            .flatMap(row -> row.values().stream())
            .findFirst()
            .orElse(output.stderr());
    Matcher found = VERSION.matcher(said);
    return found.find() ? found.group(1) : null;
  }

  private static ObservedPooler.Database database(Map<String, String> row) {
    String mode = text(row, "pool_mode");
    return new ObservedPooler.Database(
        text(row, "name"),
        text(row, "host"),
        number(row.get("port")),
        text(row, "database"),
        mode.isEmpty() ? null : mode,
        number(row.get("current_connections")),
        "1".equals(row.get("paused")),
        "1".equals(row.get("disabled")));
  }

  private Map<String, Integer> addresses() {
    Map<String, Integer> addresses = new TreeMap<>();
    users("CLIENTS").forEach(row -> addresses.merge(text(row, "addr"), 1, Integer::sum));
    return addresses;
  }

  private static Duration longestWait(List<Map<String, String>> pools) {
    return pools.stream()
        .map(
            row ->
                Duration.ofSeconds(zero(row.get("maxwait")))
                    .plusNanos(1000L * zero(row.get("maxwait_us"))))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static int sum(List<Map<String, String>> rows, String column) {
    return rows.stream().mapToInt(row -> zero(row.get(column))).sum();
  }

  private List<Map<String, String>> table(String name) {
    return tables.getOrDefault(name, List.of());
  }

  /** Without the rows of the console itself. */
  private List<Map<String, String>> users(String name) {
    String column = name.equals("DATABASES") ? "name" : "database";
    return table(name).stream().filter(row -> !CONSOLE.equals(row.get(column))).toList();
  }

  private static String text(Map<String, String> row, String column) {
    return Objects.requireNonNullElse(row.get(column), "");
  }

  private static int zero(@Nullable String value) {
    return Objects.requireNonNullElse(number(value), 0);
  }

  private static @Nullable Integer number(@Nullable String value) {
    return value != null && value.matches("[0-9]{1,9}") ? Integer.valueOf(value) : null;
  }

  private static @Nullable Duration seconds(@Nullable String value) {
    return value != null && value.matches("[0-9]{1,9}(\\.[0-9]{1,6})?")
        ? Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000))
        : null;
  }
}
