package io.matriarch.action.step;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** PostgreSQL's shutdown modes, as pg_ctl knows them. */
public enum StopMode {
  SMART,
  FAST,
  IMMEDIATE;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static StopMode of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  public static List<String> words() {
    return Stream.of(values()).map(StopMode::word).toList();
  }
}
