package io.matriarch.audit;

import java.util.Locale;

/** The door through which somebody, or something, asked. */
public enum Origin {
  SCREEN,
  API,
  RULE,
  SYSTEM;

  /** As stored in the database. */
  public String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Origin parse(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }
}
