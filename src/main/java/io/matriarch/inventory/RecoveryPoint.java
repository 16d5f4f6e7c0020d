package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much a herd would lose if its site were gone now, and at worst in the last 30 days.
 *
 * @param seconds that the DR standby is behind; null: unknown, which is not 0
 * @param worstBytes of that standby in 30 days; null: it was never measured
 * @param worstSeconds of that standby in 30 days; null: it was never known
 * @param objectiveSeconds how far it may be behind, as the environment says; null: nobody did
 */
public record RecoveryPoint(
    @Nullable Double seconds,
    @Nullable Long worstBytes,
    @Nullable Instant worstBytesAt,
    @Nullable Double worstSeconds,
    @Nullable Instant worstSecondsAt,
    @Nullable Integer objectiveSeconds) {

  /** Whether that is more than the environment wants; unknown is. */
  public boolean isBeyond(@Nullable Double behind) {
    return objectiveSeconds != null && (behind == null || behind > objectiveSeconds);
  }
}
