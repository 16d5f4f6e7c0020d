package io.matriarch.security;

import java.util.regex.Pattern;

/**
 * A secret as the database keeps it: the id of its key, a dot, and what only that key opens. It
 * prints as {@code ***}, since a dump of logs is easier to come by than one of the database.
 */
public record Sealed(String text) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}\\.[A-Za-z0-9_-]{38,}");

  public Sealed {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("This is no sealed secret.");
    }
  }

  String keyId() {
    return text.substring(0, 16);
  }

  String content() {
    return text.substring(17);
  }

  @Override
  public String toString() {
    return "***";
  }
}
