package io.matriarch.store;

import io.matriarch.store.StoreFailed.Reason;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads keys and replaces them. A key is replaced only in the very state that was read when it was
 * decided, and never by what {@link Claim#outrankedBy} forbids: of two that race one is refused,
 * and a console that froze with a claim in its hands cannot undo what others wrote since.
 */
public final class Stores {

  private final Opening opening;

  /** How a connection comes about. */
  interface Opening {
    Store open(StoreKey key) throws StoreFailed, InterruptedException;
  }

  /**
   * @param limit for connecting, and for each exchange
   */
  public Stores(Duration limit) {
    this(
        key ->
            switch (key.kind()) {
              case ETCD -> EtcdStore.open(key, limit);
              case ZOOKEEPER -> ZooKeeperStore.open(key, limit);
            });
  }

  Stores(Opening opening) {
    this.opening = opening;
  }

  /**
   * What the key is.
   *
   * @throws StoreFailed if no server tells
   */
  public Reading read(StoreKey key) throws StoreFailed, InterruptedException {
    try (Store store = opening.open(key)) {
      return Reading.of(key, store.get());
    }
  }

  /**
   * Makes the key say this, if it is still what was read; if it says so already, that is success
   * and nothing is sent.
   *
   * @return whether it was changed
   * @throws StoreFailed if it was not, or if that is not known
   */
  public boolean publish(Reading seen, Claim claim) throws StoreFailed, InterruptedException {
    if (seen.claim() != null && claim.says(seen.claim())) {
      return false;
    }
    requireRank(seen, claim);
    StoreKey key = seen.key();
    try (Store store = opening.open(key)) {
      // Proves that it answers, so that a failure up to here has sent nothing.
      Kept now = store.get();
      if (now.revision() == seen.kept().revision()
          && store.swap(seen.kept(), ClaimJson.write(claim))) {
        return true;
      }
      Reading after = Reading.of(key, store.get());
      if (after.claim() != null && claim.says(after.claim())) {
        return false;
      }
      throw new StoreFailed(
          Reason.OVERTAKEN,
          "%s: somebody replaced it since it was read; it was %s and is %s. Nothing was changed; see who is primary before you repeat this."
              .formatted(tried(key, claim), seen.shown(), after.shown()));
    }
  }

  private static void requireRank(Reading seen, Claim claim) throws StoreFailed {
    if (seen.foreign() != null) {
      throw new StoreFailed(
          Reason.FOREIGN,
          "%s: it holds %s, which is not a claim of a console. Nothing was changed; remove it if nobody needs it, or choose another key."
              .formatted(tried(seen.key(), claim), seen.shown()));
    }
    Optional<String> why =
        Optional.ofNullable(seen.claim()).flatMap(there -> claim.outrankedBy(there));
    if (why.isPresent()) {
      throw new StoreFailed(
          Reason.OUTRANKED,
          "%s: it says %s, and %s. Nothing was changed; see who is primary, and publish under a later term."
              .formatted(tried(seen.key(), claim), seen.shown(), why.get()));
    }
  }

  private static String tried(StoreKey key, Claim claim) {
    return "Setting %s to %s".formatted(key, claim);
  }
}
