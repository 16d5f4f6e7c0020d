package io.matriarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.store.Claim.Primary;
import io.matriarch.store.Claim.Switching;
import io.matriarch.store.StoreFailed.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What both stores do alike, each against a real server. */
abstract class StoreContract {

  static final Instant AT = Instant.parse("2026-03-01T09:00:00Z");
  private static final String IDENTIFIER = "7412345678901234567";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final Stores stores = new Stores(Duration.ofSeconds(4));
  private final String name = "/matriarch/prod/orders-" + NUMBER.incrementAndGet();

  abstract TestStore server();

  static Primary primary(long term, String host) {
    return new Primary(term, IDENTIFIER, 3, host, 5432, "orders", AT);
  }

  static Switching switching(long term, Duration longer) {
    return new Switching(term, IDENTIFIER, "orders", AT.plus(longer), AT);
  }

  static void assertFails(Reason reason, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreFailed.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason))
        .hasMessageContainingAll(parts);
  }

  StoreKey key() {
    return server().key(name);
  }

  private boolean publish(Claim claim) throws Exception {
    return stores.publish(stores.read(key()), claim);
  }

  @Test
  void a_key_that_is_not_there_reads_as_nothing() throws Exception {
    Reading reading = stores.read(key());

    assertThat(reading.claim()).isNull();
    assertThat(reading.shown()).isEqualTo("nothing");
  }

  @Test
  void before_the_first_failover_the_first_term_is_published_into_nothing() throws Exception {
    assertThat(publish(primary(1, "192.0.2.11"))).isTrue();

    assertThat(stores.read(key()).claim()).isEqualTo(primary(1, "192.0.2.11"));
  }

  @Test
  void saying_it_again_changes_nothing() throws Exception {
    publish(primary(1, "192.0.2.11"));
    long revision = stores.read(key()).kept().revision();

    assertThat(publish(primary(1, "192.0.2.11"))).isFalse();
    assertThat(stores.read(key()).kept().revision()).isEqualTo(revision);
  }

  @Test
  void a_failover_blanks_the_key_until_a_deadline_and_then_names_the_new_primary()
      throws Exception {
    publish(primary(1, "192.0.2.11"));

    assertThat(publish(switching(2, Duration.ofMinutes(2)))).isTrue();
    assertThat(stores.read(key()).claim()).isEqualTo(switching(2, Duration.ofMinutes(2)));
    assertThat(publish(primary(2, "192.0.2.12"))).isTrue();
    assertThat(stores.read(key()).claim()).isEqualTo(primary(2, "192.0.2.12"));
  }

  @Test
  void a_lower_term_is_refused_and_both_are_named() throws Exception {
    publish(primary(5, "192.0.2.12"));

    assertFails(
        Reason.OUTRANKED,
        () -> publish(primary(4, "192.0.2.11")),
        name,
        "primary 192.0.2.11:5432 on timeline 3, term 4",
        "primary 192.0.2.12:5432 on timeline 3, term 5",
        "Nothing was changed");
    assertThat(stores.read(key()).claim()).isEqualTo(primary(5, "192.0.2.12"));
  }

  @Test
  void what_was_read_before_somebody_else_wrote_is_no_ground_to_write() throws Exception {
    publish(primary(1, "192.0.2.11"));
    Reading stale = stores.read(key());
    publish(primary(2, "192.0.2.12"));

    assertFails(
        Reason.OVERTAKEN,
        () -> stores.publish(stale, primary(3, "192.0.2.13")),
        "it was primary 192.0.2.11:5432",
        "is primary 192.0.2.12:5432",
        "Nothing was changed");
    assertThat(stores.read(key()).claim()).isEqualTo(primary(2, "192.0.2.12"));
  }

  @Test
  void a_key_that_somebody_made_meanwhile_is_not_overwritten() throws Exception {
    Reading nothing = stores.read(key());
    publish(primary(1, "192.0.2.11"));

    assertFails(
        Reason.OVERTAKEN,
        () -> stores.publish(nothing, primary(2, "192.0.2.12")),
        "it was nothing");
  }

  @Test
  void an_earlier_try_of_ours_that_took_effect_unheard_is_success() throws Exception {
    Reading before = stores.read(key());
    stores.publish(before, primary(1, "192.0.2.11"));

    assertThat(stores.publish(before, primary(1, "192.0.2.11"))).isFalse();
  }

  @Test
  void of_two_that_race_one_is_refused() throws Exception {
    publish(primary(1, "192.0.2.11"));
    Reading seen = stores.read(key());
    Callable<Boolean> one = () -> stores.publish(seen, primary(2, "192.0.2.12"));
    Callable<Boolean> other = () -> stores.publish(seen, primary(3, "192.0.2.13"));
    int won = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Boolean> attempt : threads.invokeAll(List.of(one, other))) {
        try {
          won += attempt.get() ? 1 : 0;
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOfSatisfying(
                  StoreFailed.class, f -> assertThat(f.reason()).isEqualTo(Reason.OVERTAKEN));
        }
      }
    }
    assertThat(won).isOne();
  }

  @Test
  void what_others_keep_there_is_left_alone_and_shown() throws Exception {
    writeByHand("{\"leader\":\"db1\"}");

    assertThat(stores.read(key()).foreign()).isEqualTo("{\"leader\":\"db1\"}");
    assertFails(
        Reason.FOREIGN,
        () -> publish(primary(1, "192.0.2.11")),
        "not a claim of a console",
        "Nothing was changed");
  }

  private void writeByHand(String text) throws Exception {
    byte[] value = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (Store store =
        key().kind() == StoreKind.ETCD
            ? EtcdStore.open(key(), Duration.ofSeconds(4))
            : ZooKeeperStore.open(key(), Duration.ofSeconds(4))) {
      assertThat(store.swap(Kept.absent(), value)).isTrue();
    }
  }

  @Test
  void a_server_that_is_down_or_hangs_is_named_and_what_it_kept_is_there_when_it_is_back()
      throws Exception {
    publish(primary(1, "192.0.2.11"));
    Reading seen = stores.read(key());
    server().freeze();
    long start = System.nanoTime();
    assertFails(Reason.UNREACHABLE, () -> stores.read(key()), key().serversJoined(), "Nothing was");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    server().wake();
    server().stop();
    assertFails(
        Reason.UNREACHABLE,
        () -> stores.publish(seen, primary(2, "192.0.2.12")),
        name,
        key().serversJoined(),
        "Nothing was",
        "see that a majority of its servers runs");
    server().start();

    assertThat(stores.read(key()).claim()).isEqualTo(primary(1, "192.0.2.11"));
  }
}
