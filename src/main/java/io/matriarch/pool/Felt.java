package io.matriarch.pool;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a probe felt that writes through a pooler as a client does, about twenty times a second.
 *
 * @param longest that one write took, waiting included
 * @param failed writes and connections that ended in an error
 * @param words of the last error; empty if there was none
 */
public record Felt(int writes, Duration longest, int failed, String words) {

  private static final Pattern SAID =
      Pattern.compile("([0-9]{1,9}) ([0-9]{1,12}) ([0-9]{1,9})(?: (.*))?");

  static @Nullable Felt read(@Nullable String said) {
    Matcher parts = SAID.matcher(said == null ? "" : said);
    return !parts.matches()
        ? null
        : new Felt(
            Integer.parseInt(parts.group(1)),
            Duration.ofMillis(Long.parseLong(parts.group(2))),
            Integer.parseInt(parts.group(3)),
            parts.group(4) == null ? "" : parts.group(4).strip());
  }

  @Override
  public String toString() {
    return "%d ms at longest, %s of %d writes failed%s"
        .formatted(
            longest.toMillis(),
            failed == 0 ? "none" : Integer.toString(failed),
            writes + failed,
            words.isEmpty() ? "" : " (" + words + ")");
  }
}
