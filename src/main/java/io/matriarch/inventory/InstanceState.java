package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance at {@link #observedAt()}. Unknown is not stopped: an instance that
 * nobody can reach is {@link Unreachable}, whatever it was before.
 */
public sealed interface InstanceState {

  /** When this was true, by the host's clock; null when it was never seen. */
  @Nullable Instant observedAt();

  /** Answers and accepts writes. */
  record Primary(@Nullable Integer timeline, @Nullable Lsn written, @Nullable Instant observedAt)
      implements InstanceState {}

  /** Answers and is in recovery. */
  record Standby(
      @Nullable Integer timeline,
      @Nullable Lsn received,
      @Nullable Lsn replayed,
      @Nullable Instant observedAt)
      implements InstanceState {}

  /** Proven to be stopped: no process holds its data directory. */
  record Stopped(@Nullable String controlState, @Nullable Instant observedAt)
      implements InstanceState {}

  /** Nothing is proven; the reason says why. */
  record Unreachable(String reason, @Nullable Instant observedAt) implements InstanceState {}
}
