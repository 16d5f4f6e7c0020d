package io.matriarch.job;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether this console may still act for a run: it may for a while after the moment it
 * <em>sent</em> the last heartbeat that the database took, by a clock that nobody sets. The while
 * is shorter than the limit after which others take over.
 */
final class Lease {

  private final LongSupplier nanoTime;
  private final long length;
  private volatile long renewedAt;
  private volatile boolean lost;

  /**
   * @param sentAtNanos when the claim was sent; this console may have been frozen since
   */
  Lease(Duration length, LongSupplier nanoTime, long sentAtNanos) {
    this.length = length.toNanos();
    this.nanoTime = nanoTime;
    this.renewedAt = sentAtNanos;
  }

  void renewed(long sentAtNanos) {
    renewedAt = sentAtNanos;
  }

  void lose() {
    lost = true;
  }

  boolean holds() {
    return !lost && nanoTime.getAsLong() - renewedAt < length;
  }

  /**
   * @throws OwnershipLost when the lease has lapsed; nothing may be sent then
   */
  void require(long runId) {
    if (!holds()) {
      throw new OwnershipLost(
          "run %d: no heartbeat was kept in time; this console stops acting for it"
              .formatted(runId));
    }
  }
}
