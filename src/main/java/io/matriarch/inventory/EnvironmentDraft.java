package io.matriarch.inventory;

/** What people write of an environment. {@code position} orders environments on screen. */
public record EnvironmentDraft(String name, String description, int position) {

  public EnvironmentDraft {
    Fields.name("name", name, 63);
    Fields.text("description", description, 2000);
  }

  /** A new one with nothing but its name. */
  public static EnvironmentDraft named(String name) {
    return new EnvironmentDraft(name, "", 100);
  }
}
