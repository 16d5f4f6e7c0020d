package io.matriarch.store;

/** A connection to a store, for one key. */
interface Store extends AutoCloseable {

  /**
   * The key as a majority has it, not as one server remembers it.
   *
   * @throws StoreFailed if that cannot be learnt in time
   */
  Kept get() throws StoreFailed, InterruptedException;

  /**
   * Replaces the key if it is still in that state.
   *
   * @return false if it is not
   * @throws StoreFailed if it was refused, or if what happened is not known
   */
  boolean swap(Kept seen, byte[] value) throws StoreFailed, InterruptedException;

  @Override
  void close();
}
