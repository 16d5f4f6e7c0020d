package io.matriarch.pool;

/**
 * Who holds a pause. A later attempt of the same run takes over what an earlier one holds; an
 * earlier attempt, or another run, is refused while the pause lasts.
 *
 * @param herd pauses of one herd are one: its lock and its token are named by it
 * @param run letters, digits, dot, underscore, hyphen, as for the herd
 */
public record PauseToken(String herd, String run, long attempt) {

  public PauseToken {
    Words.id("herd", herd);
    Words.id("run", run);
    if (attempt < 0) {
      throw new IllegalArgumentException("An attempt cannot be negative: " + attempt);
    }
  }
}
