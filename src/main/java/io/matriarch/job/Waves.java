package io.matriarch.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the targets of a job follow each other, in the order of the request: a wave begins when all
 * of the one before have ended.
 *
 * @param canary so many targets are the first wave, and unless all of them succeed no other begins;
 *     null: no such wave
 * @param size targets of each further wave; null: all in one
 * @param pause between the end of a wave and the beginning of the next; null: none
 */
public record Waves(@Nullable Integer canary, @Nullable Integer size, @Nullable Duration pause) {

  public static final Waves ONE = new Waves(null, null, null);
  public static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  public Waves {
    if (canary != null && canary < 1) {
      throw new InvalidRequest("canary %d: it is at least 1".formatted(canary));
    }
    if (size != null && size < 1) {
      throw new InvalidRequest("waveSize %d: it is at least 1".formatted(size));
    }
    if (pause != null && (pause.toSeconds() < 1 || pause.compareTo(LONGEST_PAUSE) > 0)) {
      throw new InvalidRequest(
          "wavePauseSeconds %d: it is 1 to %d"
              .formatted(pause.toSeconds(), LONGEST_PAUSE.toSeconds()));
    }
    if (pause != null && canary == null && size == null) {
      throw new InvalidRequest(
          "wavePauseSeconds without canary or waveSize: there is one wave only; give one of these or leave it out");
    }
  }

  /** The same for a job of so many targets, where canaries may not leave others to wait. */
  Waves fitting(int targets) {
    if (canary == null || canary < targets) {
      return this;
    }
    return new Waves(null, size, size == null ? null : pause);
  }

  /** The wave of a target, from 1; {@code position} counts from 0 those that are not refused. */
  int of(int position) {
    if (canary != null && position < canary) {
      return 1;
    }
    int first = canary == null ? 1 : 2;
    return size == null ? first : first + (position - (canary == null ? 0 : canary)) / size;
  }
}
