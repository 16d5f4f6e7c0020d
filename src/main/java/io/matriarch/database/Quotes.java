package io.matriarch.database;

import io.matriarch.database.Query.InvalidQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Values in filters that contain what separates values. One that begins with a double quote ends at
 * the next one; within, a backslash takes the character behind it as it is. Quotes and backslashes
 * elsewhere mean themselves.
 */
public final class Quotes {

  private static final String SPECIAL = ":~><=|,\"\\";
  private static final Pattern COLUMN = Pattern.compile("[^:~><]+[:~><]");

  private Quotes() {}

  /**
   * The values between separators outside quotes, without their quotes; empty ones are left out.
   */
  public static List<String> values(String list, String separators) {
    return split(list, separators).stream()
        .map(Quotes::bare)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /** The parts between separators outside quotes, as they are written. */
  public static List<String> split(String list, String separators) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = 0;
    while (at < list.length()) {
      if (opens(list, from, at)) {
        at = end(list, at);
      } else if (separators.indexOf(list.charAt(at)) >= 0) {
        add(parts, list.substring(from, at));
        from = at + 1;
      }
      at++;
    }
    add(parts, list.substring(from));
    return parts;
  }

  /** A quote opens where a value begins: first of all, behind the operator, behind a bar. */
  private static boolean opens(String list, int from, int at) {
    if (list.charAt(at) != '"') {
      return false;
    }
    String before = list.substring(from, at);
    return before.isBlank() || before.endsWith("|") || COLUMN.matcher(before).matches();
  }

  private static int end(String list, int open) {
    int end = closing(list, open);
    if (end < 0) {
      throw new InvalidQuery("the quote in %s is never closed".formatted(list.substring(open)));
    }
    return end;
  }

  private static int closing(String list, int open) {
    for (int at = open + 1; at < list.length(); at++) {
      if (list.charAt(at) == '\\') {
        at++;
      } else if (list.charAt(at) == '"') {
        return at;
      }
    }
    return -1;
  }

  private static void add(List<String> parts, String part) {
    if (!part.isBlank()) {
      parts.add(part.strip());
    }
  }

  /** The value without the quotes it stands in, if it does. */
  public static String bare(String value) {
    boolean quoted =
        value.length() >= 2 && value.startsWith("\"") && closing(value, 0) == value.length() - 1;
    return quoted ? value.substring(1, value.length() - 1).replaceAll("(?s)\\\\(.)", "$1") : value;
  }

  /** The value so that it is read back as one, in quotes if that is needed. */
  public static String written(String value) {
    boolean plain =
        value.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0) && value.equals(value.strip());
    return plain ? value : quoted(value);
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
