package io.matriarch.inventory;

/**
 * What speaks for an instance, or against it, when a new primary is chosen by rule.
 *
 * @param synchronous whether commits on the primary wait for it
 */
public record Candidacy(Preference preference, boolean synchronous) {

  /** Nothing speaks for it or against it. */
  public static final Candidacy NEUTRAL = new Candidacy(Preference.NEUTRAL, false);

  /** What people wish, the best first. Whoever is NEVER may not become primary. */
  public enum Preference {
    PREFER,
    NEUTRAL,
    AVOID,
    NEVER;

    /** As the database and the API write it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static Preference of(String word) {
      return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
  }
}
