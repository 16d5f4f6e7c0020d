package io.matriarch.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the targets of a job follow each other, in the order of the request: a wave begins when all
 * of the one before have ended.
 *
 * @param canary so many targets are the first wave, and unless all of them succeed no other begins;
 *     null: no such wave
 * @param size targets of each further wave; null: all in one
 * @param pause between the end of a wave and the beginning of the next; null: none
 * @param byPriority herds of a lower number are waves before those of a higher one, each divided
 *     further by {@code size}
 */
public record Waves(
    @Nullable Integer canary,
    @Nullable Integer size,
    @Nullable Duration pause,
    boolean byPriority) {

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
    if (pause != null && canary == null && size == null && !byPriority) {
      throw new InvalidRequest(
          "wavePauseSeconds without canary, waveSize or wavesByPriority: there is one wave only; give one of these or leave it out");
    }
  }

  /** Waves in the order of the request. */
  public Waves(@Nullable Integer canary, @Nullable Integer size, @Nullable Duration pause) {
    this(canary, size, pause, false);
  }

  /** Whether there may be more than one. */
  public boolean areSeveral() {
    return canary != null || size != null || byPriority;
  }

  /** The same for a job of so many targets, where canaries may not leave others to wait. */
  Waves fitting(int targets) {
    if (canary == null || canary < targets) {
      return this;
    }
    return new Waves(null, size, size == null && !byPriority ? null : pause, byPriority);
  }

  /**
   * The wave of each target, from 1, in the order given.
   *
   * @param priorities of the targets that are not refused
   */
  List<Integer> of(List<Integer> priorities) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, priorities.size()).boxed().toList());
    if (byPriority) {
      order.sort(Comparator.comparing(priorities::get));
    }
    Integer[] waves = new Integer[priorities.size()];
    int wave = 1;
    int within = 0;
    Integer before = null;
    for (int at : order) {
      Integer most = wave == 1 && canary != null ? canary : size;
      boolean next = byPriority && !priorities.get(at).equals(before);
      if (within > 0 && (next || most != null && within >= most)) {
        wave++;
        within = 0;
      }
      waves[at] = wave;
      within++;
      before = priorities.get(at);
    }
    return List.of(waves);
  }
}
