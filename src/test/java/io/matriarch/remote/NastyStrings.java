package io.matriarch.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Arguments that a careless quoting would change. */
final class NastyStrings {

  private static final List<String> KNOWN =
      List.of(
          "",
          " ",
          "\n",
          "a\nb\n",
          "\t",
          "'",
          "''",
          "'\\''",
          "\"",
          "\\",
          "\\\\",
          "\\n",
          "$HOME",
          "$(id)",
          "`id`",
          "${IFS}",
          "!",
          "!!",
          "#",
          "~",
          "~root",
          "*",
          "?",
          "[a]",
          "{a,b}",
          "a=b",
          "=ls",
          "--",
          "-n",
          ";",
          "&",
          "&&",
          "|",
          ">",
          "<",
          "(",
          ")",
          "if",
          "%s%n",
          "ä€😀",
          "\u202Eevil",
          "\u001B[31mred",
          "\r",
          "\u0001\u007F",
          "<script>alert(1)</script>");

  private static final String ALPHABET = "ab '\"\\$`!\n\t;&|<>(){}[]*?~#=%-äß€\u001B😀";

  private NastyStrings() {}

  static List<String> some(long seed) {
    Random random = new Random(seed);
    int[] alphabet = ALPHABET.codePoints().toArray();
    List<String> all = new ArrayList<>(KNOWN);
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
      all.add(text.toString());
    }
    all.add("x".repeat(10_000));
    return all;
  }
}
