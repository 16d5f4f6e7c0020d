package io.matriarch.postgres;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A connection string in keyword/value form (libpq, section 32.1.1.1), as {@code primary_conninfo}
 * holds it. May hold a password, so it shows itself without its values.
 */
public final class Conninfo {

  private final Map<String, String> values;

  private Conninfo(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @throws IllegalArgumentException if the text is not in that form; the text is not repeated
   */
  public static Conninfo parse(String text) {
    return new Conninfo(new Reader(text).read());
  }

  /** The same towards another server. */
  public Conninfo to(String host, int port) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.remove("hostaddr");
    changed.put("host", host);
    changed.put("port", Integer.toString(port));
    return new Conninfo(changed);
  }

  public Conninfo with(String keyword, String value) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(keyword, value);
    return new Conninfo(changed);
  }

  /** The same as another role, whose password is not known here. */
  public Conninfo as(String role) {
    if (role.equals(get("user"))) {
      return this;
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.remove("password");
    changed.put("user", role);
    return new Conninfo(changed);
  }

  /** The value of a keyword, or an empty text. */
  public String get(String keyword) {
    return values.getOrDefault(keyword, "");
  }

  /** The text for libpq, every value quoted. */
  public String reveal() {
    return values.entrySet().stream()
        .map(e -> e.getKey() + "='" + e.getValue().replace("\\", "\\\\").replace("'", "\\'") + "'")
        .collect(Collectors.joining(" "));
  }

  /**
   * A service file that defines the service {@code matriarch} (libpq, "The Connection Service
   * File").
   */
  String serviceFile() {
    return serviceFile("replication");
  }

  String serviceFile(String database) {
    return service("matriarch") + "dbname=" + database + "\n";
  }

  /** One service of that name, without a database. */
  String service(String name) {
    return values.entrySet().stream()
        .filter(e -> !e.getKey().equals("dbname"))
        .map(e -> e.getKey() + "=" + e.getValue() + "\n")
        .collect(Collectors.joining("", "[" + name + "]\n", ""));
  }

  @Override
  public String toString() {
    return "host=%s port=%s user=%s ***".formatted(get("host"), get("port"), get("user"));
  }

  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Map<String, String> read() {
      Map<String, String> found = new LinkedHashMap<>();
      skipSpaces();
      while (at < text.length()) {
        String keyword = keyword();
        found.put(keyword, value());
        skipSpaces();
      }
      return found;
    }

    private String keyword() {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        throw new IllegalArgumentException("A connection string has a keyword without a value.");
      }
      String keyword = text.substring(at, equals).strip();
      if (!keyword.matches("[a-z_]+")) {
        throw new IllegalArgumentException("A connection string is not in keyword/value form.");
      }
      at = equals + 1;
      skipSpaces();
      return keyword;
    }

    private String value() {
      boolean quoted = at < text.length() && text.charAt(at) == '\'';
      StringBuilder value = new StringBuilder();
      at += quoted ? 1 : 0;
      while (at < text.length() && !ends(text.charAt(at), quoted)) {
        boolean escaped = text.charAt(at) == '\\' && at + 1 < text.length();
        at += escaped ? 1 : 0;
        value.append(text.charAt(at++));
      }
      if (quoted && at++ >= text.length()) {
        throw new IllegalArgumentException("A connection string has a quote that does not end.");
      }
      if (value.chars().anyMatch(c -> c < ' ')) {
        throw new IllegalArgumentException("A connection string has a control character.");
      }
      return value.toString();
    }

    private static boolean ends(char c, boolean quoted) {
      return quoted ? c == '\'' : Character.isWhitespace(c);
    }

    private void skipSpaces() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }
  }
}
