package io.matriarch.inventory;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far a standby may be behind its primary; written {@code 16MB} or {@code 5s}. */
public sealed interface LagLimit {

  /** Behind in WAL. */
  record Bytes(long most) implements LagLimit {}

  /** Behind in time. */
  record Time(Duration most) implements LagLimit {}

  Pattern FORM = Pattern.compile("(\\d{1,9})(B|kB|MB|GB|ms|s|min)");
  Map<String, Long> BYTES = Map.of("B", 1L, "kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);
  Map<String, Duration> TIMES =
      Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "min", Duration.ofMinutes(1));

  /** Empty if it is no limit; units are PostgreSQL's. */
  static Optional<LagLimit> parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(match.group(1));
    Long bytes = BYTES.get(match.group(2));
    if (bytes != null) {
      return Optional.of(new Bytes(number * bytes));
    }
    Duration time = TIMES.get(match.group(2));
    return Optional.ofNullable(time).map(unit -> new Time(unit.multipliedBy(number)));
  }
}
