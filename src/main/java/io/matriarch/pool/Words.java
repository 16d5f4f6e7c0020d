package io.matriarch.pool;

import java.util.regex.Pattern;

/** What may stand in an argument of our scripts. */
final class Words {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private Words() {}

  static String id(String what, String value) {
    if (!ID.matcher(value).matches()) {
      throw new IllegalArgumentException("Not an identifier of a " + what + ": " + value);
    }
    return value;
  }

  /** Lists are kept one a line, and columns parted by control characters. */
  static String line(String what, String value) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("A " + what + " cannot hold control characters.");
    }
    return value;
  }

  static String path(String what, String value) {
    if (!value.startsWith("/") || value.endsWith("/")) {
      throw new IllegalArgumentException("Not an absolute path of a " + what + ": " + value);
    }
    return line(what, value);
  }
}
