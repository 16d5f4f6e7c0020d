package io.matriarch.job;

import java.util.regex.Pattern;

/** Name of an action, such as {@code instance.restart}: stored, shown in the API, never renamed. */
public record ActionName(String value) {

  private static final Pattern FORM = Pattern.compile("[a-z]+(\\.[a-z]+(-[a-z]+)*)+");

  public ActionName {
    if (!FORM.matcher(value).matches() || value.length() > 63) {
      throw new IllegalArgumentException("\"" + value + "\" is not the name of an action");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
