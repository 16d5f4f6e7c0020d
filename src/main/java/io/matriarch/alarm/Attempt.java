package io.matriarch.alarm;

/**
 * What came of sending once.
 *
 * @param answer what came back, in a few visible words
 */
public record Attempt(boolean delivered, String answer) {

  private static final int LONGEST = 500;

  public Attempt {
    answer = OneLine.of(answer, LONGEST);
  }

  static Attempt delivered(String answer) {
    return new Attempt(true, answer);
  }

  static Attempt failed(String answer) {
    return new Attempt(false, answer);
  }
}
