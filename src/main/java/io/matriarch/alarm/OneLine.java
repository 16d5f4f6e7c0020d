package io.matriarch.alarm;

/** Puts text of others on one line: a line break in a name must not begin a header of a mail. */
final class OneLine {

  private OneLine() {}

  static String of(String text, int most) {
    StringBuilder line = new StringBuilder();
    text.codePoints().limit(most).map(OneLine::visible).forEach(line::appendCodePoint);
    return line.toString().replaceAll(" {2,}", " ").strip();
  }

  private static int visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          ' ';
      default -> c;
    };
  }
}
