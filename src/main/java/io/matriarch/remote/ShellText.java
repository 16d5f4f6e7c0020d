package io.matriarch.remote;

import java.util.Set;
import java.util.regex.Pattern;

/** Quoting for a POSIX shell. Only {@link Command} needs it. */
final class ShellText {

  /** Characters that no shell gives a meaning to. A leading = is one in zsh, ~ in all. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+:,./=-]*");

  private static final Set<String> RESERVED =
      Set.of(
          "case",
          "coproc",
          "do",
          "done",
          "elif",
          "else",
          "esac",
          "fi",
          "for",
          "function",
          "if",
          "in",
          "select",
          "then",
          "time",
          "until",
          "while");

  private ShellText() {}

  static String argument(String value) {
    return PLAIN.matcher(value).matches() ? value : quote(value);
  }

  /** The first word has meanings of its own: reserved words, and NAME=VALUE as an assignment. */
  static String program(String value) {
    boolean special = value.indexOf('=') >= 0 || RESERVED.contains(value);
    return special ? quote(value) : argument(value);
  }

  private static String quote(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
