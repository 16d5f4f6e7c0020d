package io.matriarch.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservedPoolerTest {

  private static String table(String name, String... rows) {
    return "\u001e" + name + "\n" + String.join("\n", rows).replace('|', '\u001f') + "\n";
  }

  @Test
  void version_1_12_is_read_with_what_it_has() {
    String shown =
        table("VERSION", "version", "PgBouncer 1.12.0")
            + table(
                "DATABASES",
                "name|host|port|database|force_user|pool_size|reserve_pool|pool_mode"
                    + "|max_connections|current_connections|paused|disabled",
                "app|10.0.0.7|5432|app||20|0||0|3|1|0",
                "pgbouncer||6432|pgbouncer|pgbouncer|2|0|statement|0|0|0|0")
            + table(
                "POOLS",
                "database|user|cl_active|cl_waiting|sv_active|sv_idle|sv_used|sv_tested|sv_login"
                    + "|maxwait|maxwait_us|pool_mode",
                "app|web|1|2|1|2|0|0|0|4|250000|transaction")
            + table("CONFIG", "key|value|changeable", "pool_mode|transaction|yes")
            + table("CLIENTS", "type|user|database|state|addr|port", "C|web|app|active|10.0.0.9|1")
            + table("SERVERS", "type|user|database|state|addr|port")
            + "\u001eEND\nlisteners 1\n";

    ObservedPooler seen = ObservedPooler.read(new LocalCommand.Output(0, shown, ""));

    assertThat(seen.answers()).isTrue();
    assertThat(seen.version()).isEqualTo("1.12.0");
    assertThat(seen.databases())
        .containsExactly(
            new ObservedPooler.Database("app", "10.0.0.7", 5432, "app", null, 3, true, false));
    assertThat(seen.waiting()).isEqualTo(2);
    assertThat(seen.longestWait()).isEqualTo(Duration.ofMillis(4250));
    assertThat(seen.poolMode()).isEqualTo("transaction");
    assertThat(seen.soReusePort()).isNull();
    assertThat(seen.queryWaitTimeout()).isNull();
    assertThat(seen.clientsByAddress()).isEqualTo(Map.of("10.0.0.9", 1));
    assertThat(seen.servers()).isZero();
    assertThat(seen.listeners()).isEqualTo(1);
  }

  @Test
  void version_1_24_with_its_new_columns_is_read_by_their_names() {
    String shown =
        table("VERSION", "version", "PgBouncer 1.24.1")
            + table(
                "DATABASES",
                "name|host|port|database|force_user|pool_size|min_pool_size|reserve_pool_size"
                    + "|server_lifetime|pool_mode|load_balance_hosts|max_connections"
                    + "|current_connections|max_client_connections|current_client_connections"
                    + "|paused|disabled",
                "app|a,b|5432|app||20|0|0|3600|session|round-robin|0|3|0|9|0|1",
                "torn")
            + table(
                "CONFIG",
                "key|value|default|changeable",
                "so_reuseport|1|0|no",
                "query_wait_timeout|0.5|120|yes",
                "max_client_conn|900|100|yes");

    ObservedPooler seen = ObservedPooler.read(new LocalCommand.Output(0, shown, ""));

    assertThat(seen.databases())
        .containsExactly(
            new ObservedPooler.Database("app", "a,b", 5432, "app", "session", 3, false, true));
    assertThat(seen.soReusePort()).isTrue();
    assertThat(seen.queryWaitTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(seen.maxClientConn()).isEqualTo(900);
    assertThat(seen.clients()).isNull();
    assertThat(seen.waiting()).isNull();
  }

  @Test
  void one_that_does_not_answer_says_why_and_nothing_else() {
    ObservedPooler seen =
        ObservedPooler.read(
            new LocalCommand.Output(86, "listeners 2\n", "psql: error: refused\nby rule\n"));

    assertThat(seen.answers()).isFalse();
    assertThat(seen.reason()).isEqualTo("psql: error: refused by rule");
    assertThat(seen.databases()).isEmpty();
    assertThat(seen.clients()).isNull();
    assertThat(seen.listeners()).isEqualTo(2);
  }

  @Test
  void a_real_one_is_read() throws Exception {
    try (TestPooler pooler = TestPooler.start("[databases]\napp = host=/nonexistent port=1\n")) {
      ObservedPooler seen = pooler.look();

      assertThat(seen.reason()).isNull();
      assertThat(seen.version()).startsWith("1.");
      assertThat(seen.poolMode()).isEqualTo("transaction");
      assertThat(seen.queryWaitTimeout()).isEqualTo(Duration.ofSeconds(77));
      assertThat(seen.serverLoginRetry()).isEqualTo(Duration.ofSeconds(15));
      assertThat(seen.maxClientConn()).isEqualTo(100);
      assertThat(seen.soReusePort()).isFalse();
      assertThat(seen.listeners()).isZero();
      assertThat(seen.clients()).isZero();
      assertThat(seen.waiting()).isZero();
      assertThat(seen.databases()).extracting(ObservedPooler.Database::name).containsExactly("app");
    }
  }
}
