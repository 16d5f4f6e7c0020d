package io.matriarch.ui.component;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bytes, counts, lag and durations as people read them. */
public final class Figures {

  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Figures() {}

  /** 1024-based, like {@code pg_size_pretty}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 || Math.abs(value) >= 100
        ? String.format(Locale.ROOT, "%.0f %s", value, UNITS[unit])
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  public static String bytes(@Nullable Long bytes, String unknown) {
    return bytes == null ? unknown : bytes(bytes);
  }

  /** Groups of three with a thin space: 1 236. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count).replace(',', '\u2009');
  }

  /** "1 instance", "2 instances". */
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  public static String duration(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 3600) {
      return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
    return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
  }
}
