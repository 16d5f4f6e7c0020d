package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far an instance had come when it last told.
 *
 * @param lsn what it had written as a primary, or received or replayed as a standby
 * @param observedAt when the position was told, which one that stopped later does not renew
 */
public record Position(
    @Nullable Integer timeline, @Nullable Lsn lsn, @Nullable Instant observedAt) {

  /** It has never told. */
  public static final Position UNKNOWN = new Position(null, null, null);
}
