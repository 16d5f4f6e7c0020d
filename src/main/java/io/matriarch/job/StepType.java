package io.matriarch.job;

/**
 * The stored name of a step record, such as {@code stop-postgres/1}. Names are never reused; a
 * changed component is a new version.
 */
public record StepType(String name, int version, Class<? extends Step> record) {

  public StepType {
    if (!name.matches("[a-z]+(-[a-z]+)*") || version < 1 || !record.isRecord()) {
      throw new IllegalArgumentException("not a step type: " + name + "/" + version + " " + record);
    }
  }

  String id() {
    return name + "/" + version;
  }
}
