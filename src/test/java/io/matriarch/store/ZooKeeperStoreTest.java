package io.matriarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.store.StoreFailed.Reason;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a real ZooKeeper. */
class ZooKeeperStoreTest extends StoreContract {

  private static @Nullable TestZooKeeper started;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(TestZooKeeper.available(), "ZooKeeper (package zookeeper) is not installed");
    started = new TestZooKeeper();
    started.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (started != null) {
      started.close();
    }
  }

  @Override
  TestStore server() {
    return Objects.requireNonNull(started);
  }

  @Test
  void what_a_login_made_others_may_read_and_not_change() throws Exception {
    StoreLogin login = new StoreLogin("matriarch", "secret-of-ours");
    StoreKey ours = server().key("/guarded/orders", login, null);
    assertThat(stores.publish(stores.read(ours), primary(1, "192.0.2.11"))).isTrue();
    StoreKey theirs =
        server().key("/guarded/orders", new StoreLogin("matriarch", "wrong-secret"), null);

    Reading read = stores.read(theirs);
    assertThat(read.claim()).isEqualTo(primary(1, "192.0.2.11"));
    assertThatThrownBy(() -> stores.publish(read, primary(2, "192.0.2.12")))
        .isInstanceOfSatisfying(
            StoreFailed.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOGIN))
        .hasMessageContaining("Nothing was changed")
        .message()
        .doesNotContain("wrong-secret");
    assertThat(stores.publish(stores.read(ours), primary(2, "192.0.2.12"))).isTrue();
  }

  @Test
  void over_tls_only_a_server_that_the_authority_vouches_for_is_spoken_to() throws Exception {
    try (TestZooKeeper secured = new TestZooKeeper().secured();
        TestZooKeeper other = new TestZooKeeper()) {
      secured.start();
      Path authority = secured.home().resolve("server.crt");
      StoreKey key = secured.key("/matriarch/orders", null, authority);

      assertThat(stores.publish(stores.read(key), primary(1, "192.0.2.11"))).isTrue();
      assertThat(stores.read(key).claim()).isEqualTo(primary(1, "192.0.2.11"));
      Path stranger = other.certificate();
      assertFails(
          Reason.UNREACHABLE,
          () -> stores.read(secured.key("/matriarch/orders", null, stranger)),
          "Nothing was");
    }
  }
}
