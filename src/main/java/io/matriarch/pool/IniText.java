package io.matriarch.pool;

import java.util.regex.Pattern;

/**
 * The shape of PgBouncer's configuration. It is checked before the file is written because a RELOAD
 * stops at the first line that it cannot read, says so only in its log, and answers as if all were
 * well; the next restart then fails.
 */
final class IniText {

  private static final Pattern OUTSIDE =
      Pattern.compile("|[;#].*|\\[[a-z]+]|%include\\s+\\S.*|[A-Za-z0-9_.*-]+\\s*=.*");
  private static final String PAIR = "[a-z_]+\\s*=\\s*(?:'(?:[^']|'')*'|[^'\\s]+)";
  private static final Pattern DATABASE =
      Pattern.compile("[^=]+=\\s*(?:" + PAIR + "(?:\\s+" + PAIR + ")*)?");

  private IniText() {}

  /** Throws IllegalArgumentException with the number of the line, never its text. */
  static void check(String content) {
    boolean databases = false;
    int number = 0;
    for (String raw : content.split("\n", -1)) {
      number++;
      String line = raw.strip();
      boolean understood = OUTSIDE.matcher(line).matches();
      if (line.startsWith("[")) {
        databases = line.equals("[databases]");
      } else if (databases && !line.matches("|[;#%].*")) {
        understood = understood && DATABASE.matcher(line).matches();
      }
      if (!understood) {
        throw new IllegalArgumentException(
            "Line " + number + " of the databases file is nothing that PgBouncer could read.");
      }
    }
  }
}
