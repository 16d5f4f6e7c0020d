package io.matriarch.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a step has come.
 *
 * @param done bytes, at an instant
 * @param total bytes; 0 if it is not known
 * @param since when that was begun to be told
 * @param from bytes that were done then
 */
public record ByteProgress(
    String what, long done, long total, @Nullable Instant at, @Nullable Instant since, long from) {

  /** Bytes a second since it was first told; empty before it is told twice. */
  public Optional<Long> rate() {
    if (at == null || since == null || !at.isAfter(since) || done <= from) {
      return Optional.empty();
    }
    return Optional.of((done - from) * 1000 / Math.max(1, Duration.between(since, at).toMillis()));
  }

  /** How long the rest takes at that rate; empty if that cannot be said. */
  public Optional<Duration> left() {
    return total < done
        ? Optional.empty()
        : rate().filter(r -> r > 0).map(r -> Duration.ofSeconds((total - done) / r));
  }
}
