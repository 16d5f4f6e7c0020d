package io.matriarch.drill;

import java.util.Arrays;

/** How far a drill is with a herd, or how it ended. */
public enum DrillState {
  WAITING("waiting"),
  SWITCHING("switching"),
  HOLDING("holding"),
  RETURNING("returning"),
  PASSED("passed"),
  /** Back, but clients waited longer than the objective, writes failed or a step was left over. */
  MISSED("missed"),
  /** It stayed at home. */
  NOT_SWITCHED("not switched"),
  /** It is at its DR site until somebody switches it back. */
  NOT_BACK("not back");

  private final String word;

  DrillState(String word) {
    this.word = word;
  }

  /** As the views of the schema say it. */
  public String word() {
    return word;
  }

  public boolean isEnded() {
    return this == PASSED || this == MISSED || this == NOT_SWITCHED || this == NOT_BACK;
  }

  static DrillState of(String word) {
    return Arrays.stream(values())
        .filter(state -> state.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state of a drill: " + word));
  }
}
