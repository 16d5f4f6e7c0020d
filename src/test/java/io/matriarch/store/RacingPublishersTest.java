package io.matriarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.store.Claim.Primary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Consoles that read, freeze, wake and publish in any order, over a store in memory that lets
 * others act between any two exchanges of one of them.
 */
class RacingPublishersTest {

  private static final int HISTORIES = 10_000;
  private static final int EVENTS = 60;
  private static final StoreKey KEY =
      new StoreKey(
          StoreKind.ETCD, List.of(new StoreServer("etcd1", 2379)), "/matriarch/orders", null, null);

  /** What the store does wrong. */
  private enum Bug {
    NONE,
    REVISION_IS_NOT_COMPARED
  }

  /** Who reserved a term and means to publish a primary under it, by what he read some time ago. */
  private static final class Publisher {
    private final String host;
    private long term;
    private Reading seen;

    private Publisher(String host, Reading seen) {
      this.host = host;
      this.seen = seen;
    }
  }

  private static final class History {
    private final Random random;
    private final Bug bug;
    private final Stores stores = new Stores(key -> new InMemory());
    private final List<Publisher> publishers = new ArrayList<>();
    private final Map<Long, String> primaries = new HashMap<>();
    private Kept kept = Kept.absent();
    private long lastTerm;
    private int depth;
    private int published;
    private int refused;

    private History(long seed, Bug bug) throws Exception {
      this.random = new Random(seed);
      this.bug = bug;
      for (int i = 1; i <= 3; i++) {
        publishers.add(new Publisher("db" + i, Reading.of(KEY, kept)));
      }
    }

    private void run() throws Exception {
      for (int i = 0; i < EVENTS; i++) {
        event();
      }
    }

    private void event() throws InterruptedException {
      Publisher who = publishers.get(random.nextInt(publishers.size()));
      try {
        switch (random.nextInt(4)) {
          case 0 -> who.term = ++lastTerm;
          case 1 -> who.seen = stores.read(KEY);
          case 2 -> publish(who, StoreContract.primary(Math.max(1, who.term), who.host));
          default ->
              publish(
                  who,
                  StoreContract.switching(
                      Math.max(1, who.term), java.time.Duration.ofSeconds(random.nextInt(3))));
        }
      } catch (StoreFailed e) {
        refused++;
      }
    }

    private void publish(Publisher who, Claim claim) throws StoreFailed, InterruptedException {
      if (stores.publish(who.seen, claim)) {
        published++;
      }
    }

    private void others() throws InterruptedException {
      if (depth < 2 && random.nextInt(3) == 0) {
        depth++;
        event();
        depth--;
      }
    }

    /** I6, and that no term ever names two primaries. */
    private void look(Kept before, Kept after) {
      Claim was = Reading.of(KEY, before).claim();
      Claim is = java.util.Objects.requireNonNull(Reading.of(KEY, after).claim());
      if (was != null && is.term() < was.term()) {
        throw new AssertionError("the published term fell: " + was + ", then " + is);
      }
      if (is instanceof Primary primary) {
        String first = primaries.putIfAbsent(is.term(), primary.host());
        if (first != null && !first.equals(primary.host())) {
          throw new AssertionError("term " + is.term() + " had primary " + first + ", now " + is);
        }
      }
    }

    private final class InMemory implements Store {
      @Override
      public Kept get() throws InterruptedException {
        Kept now = kept;
        others();
        return now;
      }

      @Override
      public boolean swap(Kept seen, byte[] value) throws InterruptedException {
        others();
        if (bug == Bug.NONE && kept.revision() != seen.revision()) {
          return false;
        }
        Kept before = kept;
        kept = new Kept(before.revision() + 1, value);
        look(before, kept);
        return true;
      }

      @Override
      public void close() {}
    }
  }

  @Test
  void the_published_term_never_decreases_over_ten_thousand_histories() throws Exception {
    long published = 0;
    long refused = 0;
    for (long seed = 0; seed < HISTORIES; seed++) {
      History history = new History(seed, Bug.NONE);
      history.run();
      published += history.published;
      refused += history.refused;
    }
    assertThat(published).as("histories in which something happens").isGreaterThan(HISTORIES);
    assertThat(refused).as("publishers that came too late").isGreaterThan(HISTORIES);
  }

  @Test
  void a_store_that_does_not_compare_is_found_out() {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < HISTORIES; seed++) {
                new History(seed, Bug.REVISION_IS_NOT_COMPARED).run();
              }
            })
        .isInstanceOf(AssertionError.class)
        .message()
        .containsAnyOf("the published term fell", "had primary");
  }
}
