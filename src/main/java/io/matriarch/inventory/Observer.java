package io.matriarch.inventory;

import java.time.Instant;
import java.util.Collection;

/** Looks at instances now, over SSH, and puts what it sees into the inventory. */
public interface Observer {

  /**
   * Probes the instances, at most a bounded number at a time; what cannot be reached is recorded as
   * unreachable with the reason. Returns once all answered or ran into their time limit.
   */
  void observe(Collection<Long> instanceIds);

  /**
   * Records that an instance is kept from writing until it is rewound, or the fence lifted.
   *
   * @param how what was proven, in a sentence
   */
  default void fenced(long instanceId, String how) {}

  /**
   * Records an instance that is being made, before anybody can see it; one that is known at that
   * place stays as it is.
   *
   * @return its id
   * @throws IllegalStateException if what is known at that place, or on that port, is not this
   */
  default long expected(Expected instance) {
    throw new UnsupportedOperationException("nobody keeps instances here");
  }

  /** Takes back {@link #expected} of one that was not made, unless it was seen since. */
  default void notExpected(long instanceId) {}

  default void unfenced(long instanceId) {}

  /**
   * Records that nobody reaches an instance, though its agent may have reported a moment ago.
   *
   * @param began when that was looked at: what is reported later is newer
   */
  default void lost(long instanceId, String why, Instant began) {}
}
