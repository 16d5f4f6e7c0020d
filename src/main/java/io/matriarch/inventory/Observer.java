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

  default void unfenced(long instanceId) {}

  /**
   * Records that nobody reaches an instance, though its agent may have reported a moment ago.
   *
   * @param began when that was looked at: what is reported later is newer
   */
  default void lost(long instanceId, String why, Instant began) {}
}
