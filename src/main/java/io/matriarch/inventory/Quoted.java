package io.matriarch.inventory;

/**
 * Puts text from people and agents into messages: quoted, shortened, without control characters.
 */
final class Quoted {

  private static final int LENGTH = 100;

  private Quoted() {}

  static String text(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .limit(LENGTH)
        .map(c -> Character.isISOControl(c) || invisible(c) ? '\uFFFD' : c)
        .forEach(out::appendCodePoint);
    return out.append(text.codePointCount(0, text.length()) > LENGTH ? "...\"" : "\"").toString();
  }

  private static boolean invisible(int c) {
    return Character.getType(c) == Character.FORMAT || Character.getType(c) == Character.SURROGATE;
  }
}
