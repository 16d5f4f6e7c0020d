package io.matriarch.inventory;

import java.util.Collection;

/** Asks the servers of records now, and puts what they say into the inventory. */
public interface DnsObserver {

  /**
   * Asks every authoritative server of each record, a bounded number of records at a time; why one
   * does not answer is recorded, and what it said before stays with its age.
   */
  void observeRecords(Collection<Long> recordIds);
}
