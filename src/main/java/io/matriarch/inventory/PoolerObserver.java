package io.matriarch.inventory;

import java.util.Collection;

/** Looks at poolers now, over SSH, and puts what they say into the inventory. */
public interface PoolerObserver {

  /**
   * Asks each pooler where it leads, a bounded number at a time; why one does not answer is
   * recorded, and what it said before stays with its age. Returns once all answered or ran into
   * their time limit.
   */
  void observePoolers(Collection<Long> poolerIds);
}
