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

/** Against a real etcd. */
class EtcdStoreTest extends StoreContract {

  private static @Nullable TestEtcd started;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(TestEtcd.available(), "etcd (package etcd-server) is not installed");
    started = new TestEtcd();
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
  void with_a_login_the_right_one_writes_and_others_are_told_so() throws Exception {
    try (TestEtcd guarded = new TestEtcd()) {
      guarded.start();
      StoreLogin login = new StoreLogin("matriarch", "secret-of-ours");
      guarded.demandLogin(login, "/matriarch/");
      StoreKey ours = guarded.key("/matriarch/orders", login, null);

      assertThat(stores.publish(stores.read(ours), primary(1, "192.0.2.11"))).isTrue();
      assertFails(
          Reason.LOGIN,
          () -> stores.read(guarded.key("/matriarch/orders")),
          "compare the user, the password");
      StoreLogin wrong = new StoreLogin("matriarch", "wrong-secret");
      assertThatThrownBy(() -> stores.read(guarded.key("/matriarch/orders", wrong, null)))
          .isInstanceOfSatisfying(
              StoreFailed.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOGIN))
          .message()
          .doesNotContain("wrong-secret");
      assertFails(
          Reason.LOGIN,
          () -> stores.read(guarded.key("/others/orders", login, null)),
          "permission denied");
    }
  }

  @Test
  void over_tls_only_a_server_that_the_authority_vouches_for_is_spoken_to() throws Exception {
    try (TestEtcd secured = new TestEtcd().secured();
        TestEtcd other = new TestEtcd()) {
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
