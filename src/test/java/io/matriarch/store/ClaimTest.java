package io.matriarch.store;

import static io.matriarch.store.StoreContract.primary;
import static io.matriarch.store.StoreContract.switching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.store.Claim.Primary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimTest {

  private static final Duration SHORT = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofMinutes(2);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void what_is_written_is_read_again() {
    for (Claim claim : new Claim[] {primary(7, "db1.example.com"), switching(8, SHORT)}) {
      assertThat(ClaimJson.read(ClaimJson.write(claim))).contains(claim);
    }
    assertThat(new String(ClaimJson.write(primary(7, "db1")), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"term\":7,\"systemIdentifier\":\"7412345678901234567\",\"herd\":\"orders\",\"state\":\"primary\",\"host\":\"db1\",\"port\":5432,\"timeline\":3,\"at\":\"2026-03-01T09:00:00Z\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db1:5432",
        "null",
        "[]",
        "{}",
        "{\"term\":0,\"systemIdentifier\":\"7\",\"herd\":\"o\",\"state\":\"primary\",\"host\":\"db1\",\"port\":5432,\"timeline\":3,\"at\":\"2026-03-01T09:00:00Z\"}",
        "{\"term\":1,\"systemIdentifier\":\"7\",\"herd\":\"o\",\"state\":\"leading\",\"at\":\"2026-03-01T09:00:00Z\"}",
        "{\"term\":1,\"systemIdentifier\":\"7\",\"herd\":\"o\",\"state\":\"switching\",\"until\":\"soon\",\"at\":\"2026-03-01T09:00:00Z\"}"
      })
  void what_is_no_claim_is_not_read_as_one(String text) {
    assertThat(ClaimJson.read(bytes(text))).isEmpty();
  }

  @Test
  void a_later_term_replaces_an_earlier_one_and_never_the_other_way() {
    assertThat(primary(3, "db2").outrankedBy(primary(2, "db1"))).isEmpty();
    assertThat(switching(3, SHORT).outrankedBy(primary(2, "db1"))).isEmpty();
    assertThat(primary(2, "db1").outrankedBy(primary(3, "db2"))).contains("its term 3 is above 2");
    assertThat(primary(2, "db1").outrankedBy(switching(3, SHORT))).isPresent();
  }

  @Test
  void a_term_has_one_primary() {
    assertThat(primary(3, "db2").outrankedBy(primary(3, "db1")))
        .contains("term 3 has another primary");
    assertThat(primary(3, "db2").outrankedBy(primary(3, "db2"))).isEmpty();
    assertThat(primary(3, "db2").outrankedBy(switching(3, SHORT))).isEmpty();
  }

  @Test
  void a_primary_that_is_published_is_not_blanked_under_its_own_term() {
    assertThat(switching(3, SHORT).outrankedBy(primary(3, "db2")))
        .contains("term 3 has its primary already");
  }

  @Test
  void a_deadline_is_put_off_and_not_brought_forward() {
    assertThat(switching(3, LONG).outrankedBy(switching(3, SHORT))).isEmpty();
    assertThat(switching(3, SHORT).outrankedBy(switching(3, LONG))).isPresent();
  }

  @Test
  void a_term_of_another_database_counts_nothing() {
    Primary other =
        new Primary(1, "7000000000000000001", 1, "db9", 5432, "orders", StoreContract.AT);

    assertThat(primary(9, "db1").outrankedBy(other))
        .hasValueSatisfying(why -> assertThat(why).contains("7000000000000000001"));
  }

  @Test
  void a_claim_that_cannot_be_is_refused() {
    assertThatThrownBy(() -> primary(0, "db1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> primary(1, " ")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "orders", "/", "/a/", "/a//b", "/a/../b", "/a b", "/zookeeper/quota"})
  void what_only_one_of_the_stores_would_take_is_no_key(String text) {
    assertThat(StoreKey.isKey(text)).isFalse();
  }

  @Test
  void servers_are_read_with_and_without_a_port() {
    assertThat(StoreServer.parse("etcd1", StoreKind.ETCD)).hasToString("etcd1:2379");
    assertThat(StoreServer.parse("zk1:2182", StoreKind.ZOOKEEPER)).hasToString("zk1:2182");
    assertThat(StoreServer.parse("[2001:db8::1]:2379", StoreKind.ETCD))
        .hasToString("[2001:db8::1]:2379");
    assertThatThrownBy(() -> StoreServer.parse("a,b", StoreKind.ETCD))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new StoreLogin("matriarch", "secret-of-ours")).hasToString("user matriarch (***)");
  }
}
