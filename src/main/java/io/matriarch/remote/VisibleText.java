package io.matriarch.remote;

/** Makes the output of a program harmless to show: what could move, hide or reorder is named. */
final class VisibleText {

  private VisibleText() {}

  static String of(String text) {
    return text.chars().allMatch(VisibleText::harmless) ? text : replaced(text);
  }

  private static String replaced(String text) {
    StringBuilder visible = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (harmless(c)) {
        visible.append(c);
      } else if (c < 0x20) {
        visible.append((char) (0x2400 + c));
      } else if (c == 0x7f) {
        visible.append('\u2421');
      } else {
        visible.append(String.format("<U+%04X>", (int) c));
      }
    }
    return visible.toString();
  }

  private static boolean harmless(int c) {
    return c == '\t' || (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && !reorders(c));
  }

  /** Line separators, and the marks that turn the direction of writing. */
  private static boolean reorders(int c) {
    return c == 0x200e
        || c == 0x200f
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }
}
