package io.matriarch.inventory;

import org.jspecify.annotations.Nullable;

/**
 * What people write of an environment.
 *
 * @param position orders environments on screen
 * @param stallObjectiveMillis how long clients may wait while a herd is moved; null: nobody said
 * @param lagObjectiveSeconds how far a DR standby may be behind; null: nobody said
 */
public record EnvironmentDraft(
    String name,
    String description,
    int position,
    @Nullable Integer stallObjectiveMillis,
    @Nullable Integer lagObjectiveSeconds) {

  private static final int DAY_SECONDS = 86_400;
  private static final int DAY_MILLIS = 86_400_000;

  public EnvironmentDraft {
    Fields.name("name", name, 63);
    Fields.text("description", description, 2000);
    Fields.between("stallObjectiveMillis", stallObjectiveMillis, 1, DAY_MILLIS);
    Fields.between("lagObjectiveSeconds", lagObjectiveSeconds, 1, DAY_SECONDS);
  }

  public EnvironmentDraft(String name, String description, int position) {
    this(name, description, position, null, null);
  }

  /** A new one with nothing but its name. */
  public static EnvironmentDraft named(String name) {
    return new EnvironmentDraft(name, "", 100);
  }
}
