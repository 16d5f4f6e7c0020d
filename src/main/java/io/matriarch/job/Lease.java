package io.matriarch.job;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
  private volatile boolean awaited;
  private volatile @Nullable RuntimeException alone;

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
    return !lost && ((awaited && alone != null) || nanoTime.getAsLong() - renewedAt < length);
  }

  /** Told before each step whether it is one that clients wait for, past the point. */
  void awaited(boolean clientsWait) {
    awaited = clientsWait;
  }

  /**
   * Told that our own database does not answer, and how that showed.
   *
   * @return whether the run may go on without it: the guard on each host still refuses whoever was
   *     replaced
   */
  boolean goAlone(RuntimeException cause) {
    if (lost || !awaited) {
      return false;
    }
    if (alone == null) {
      alone = cause;
    }
    return true;
  }

  /** Whether the run goes on without our own database, for as long as clients wait. */
  boolean isAlone() {
    return alone != null;
  }

  /**
   * Called when nobody waits any more: whatever else is to be done needs our own database.
   *
   * @throws RuntimeException what it failed with, if it did
   */
  void requireDatabase() {
    RuntimeException cause = alone;
    if (cause != null) {
      throw cause;
    }
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
