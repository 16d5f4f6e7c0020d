package io.matriarch.security;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What somebody may do; each role includes the ones before it. */
public enum Role {
  /** Reads and previews. */
  VIEWER,
  /** Starts, stops, restarts, reloads, checks. */
  OPERATOR,
  /** Edits the inventory; switches over, fails over, rebuilds. */
  DBA,
  /** Also tokens, command profiles, settings. */
  ADMIN;

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /** As stored, and as people and scripts write it: {@code viewer}. */
  public String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Role parse(String word) {
    return valueOf(word.strip().toUpperCase(Locale.ROOT));
  }

  List<Role> included() {
    return Arrays.stream(values()).filter(this::includes).toList();
  }
}
