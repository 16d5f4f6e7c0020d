package io.matriarch.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.dns.DnsFailed.Reason;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real BIND. */
class DnsServersTest {

  private static final RecordName DB = new RecordName("test", "db.test", RecordType.A);
  private static final String OLD = "192.0.2.11";
  private static final String NEW = "192.0.2.12";
  private static final Duration TTL = Duration.ofSeconds(30);

  private final DnsServers servers = new DnsServers(Duration.ofSeconds(2));
  private @Nullable TestBind started;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(TestBind.available(), "BIND (package bind9) is not installed");
    started = TestBind.start(Files.createTempDirectory("matriarch-bind"));
  }

  @AfterEach
  void stop() throws Exception {
    if (started != null) {
      started.close();
    }
  }

  private TestBind bind() {
    return java.util.Objects.requireNonNull(started);
  }

  private boolean move(String from, String to) throws Exception {
    return servers.replace(
        DB, bind().primary(), TestBind.KEY, List.of(from), to, TTL, Instant.now());
  }

  @Test
  void a_record_moves_and_every_authoritative_server_answers_the_new_value() throws Exception {
    assertThat(move(OLD, NEW)).isTrue();
    RecordAnswer primary = servers.ask(DB, bind().primary());
    assertThat(primary.says(NEW)).isTrue();
    assertThat(primary.ttl()).isEqualTo(TTL);
    assertThat(primary.serial()).isEqualTo(2);
    bind()
        .until(
            () -> servers.ask(DB, bind().secondary()).says(NEW), "the secondary does not follow");
  }

  @Test
  void moving_it_twice_changes_it_once() throws Exception {
    assertThat(move(OLD, NEW)).isTrue();
    assertThat(move(OLD, NEW)).isFalse();
    assertThat(servers.ask(DB, bind().primary()).serial()).isEqualTo(2);
  }

  @Test
  void another_old_value_is_named_and_stays() throws Exception {
    assertThatThrownBy(() -> move("192.0.2.99", NEW))
        .isInstanceOfSatisfying(
            DnsFailed.class, e -> assertThat(e.reason()).isEqualTo(Reason.OTHER_VALUE))
        .hasMessageContaining("NXRRSET")
        .hasMessageContaining("has another value: " + OLD)
        .hasMessageContaining("Nothing was changed");
    assertThat(servers.ask(DB, bind().primary()).says(OLD)).isTrue();
  }

  @Test
  void a_record_that_should_not_exist_yet_is_not_overwritten() throws Exception {
    assertThatThrownBy(
            () ->
                servers.replace(
                    DB, bind().primary(), TestBind.KEY, List.of(), NEW, TTL, Instant.now()))
        .hasMessageContaining("YXRRSET")
        .hasMessageContaining(OLD);
    RecordName fresh = new RecordName("test", "new.test", RecordType.A);
    assertThat(
            servers.replace(
                fresh, bind().primary(), TestBind.KEY, List.of(), NEW, TTL, Instant.now()))
        .isTrue();
  }

  @Test
  void of_two_that_race_one_wins() throws Exception {
    Callable<Boolean> one = () -> move(OLD, NEW);
    Callable<Boolean> other = () -> move(OLD, "192.0.2.13");
    int won = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Boolean> attempt : threads.invokeAll(List.of(one, other))) {
        try {
          won += attempt.get() ? 1 : 0;
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(DnsFailed.class);
          assertThat(e).hasMessageContaining("NXRRSET");
        }
      }
    }
    assertThat(won).isEqualTo(1);
    assertThat(servers.ask(DB, bind().primary()).serial()).isEqualTo(2);
  }

  @Test
  void a_wrong_secret_and_an_unknown_key_are_refused_and_not_shown() throws Exception {
    TsigKey wrong = new TsigKey("update-key", "hmac-sha256", "d3Jvbmctc2VjcmV0LW9mLXRoaXMta2V5");
    TsigKey unknown = new TsigKey("other-key", "hmac-sha256", TestBind.KEY.secret());
    for (TsigKey key : List.of(wrong, unknown)) {
      assertThatThrownBy(
              () ->
                  servers.replace(DB, bind().primary(), key, List.of(OLD), NEW, TTL, Instant.now()))
          .isInstanceOfSatisfying(
              DnsFailed.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEY))
          .hasMessageContaining(key.name())
          .hasMessageContaining(key == wrong ? "BADSIG" : "BADKEY")
          .message()
          .doesNotContain(key.secret());
    }
    assertThat(servers.ask(DB, bind().primary()).says(OLD)).isTrue();
  }

  @Test
  void an_update_that_was_held_back_for_half_a_minute_is_refused_for_its_age() throws Exception {
    Instant longAgo = Instant.now().minus(TsigKey.GOOD_FOR).minusSeconds(1);

    assertThatThrownBy(
            () ->
                servers.replace(
                    DB, bind().primary(), TestBind.KEY, List.of(OLD), NEW, TTL, longAgo))
        .isInstanceOfSatisfying(DnsFailed.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEY))
        .hasMessageContaining("BADTIME")
        .hasMessageContaining("the clocks");
    assertThat(servers.ask(DB, bind().primary()).says(OLD)).isTrue();

    Instant lately = Instant.now().minus(TsigKey.GOOD_FOR).plusSeconds(20);
    assertThat(servers.replace(DB, bind().primary(), TestBind.KEY, List.of(OLD), NEW, TTL, lately))
        .isTrue();
  }

  @Test
  void a_server_that_is_down_or_hangs_is_named_within_the_limit() throws Exception {
    bind().freezePrimary();
    assertThatThrownBy(() -> move(OLD, NEW))
        .hasMessageContaining(bind().primary().toString())
        .hasMessageContaining("Nothing was sent");
    bind().stopPrimary();
    assertThatThrownBy(() -> move(OLD, NEW))
        .isInstanceOfSatisfying(
            DnsFailed.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    assertThat(servers.ask(DB, bind().secondary()).says(OLD)).isTrue();
  }

  @Test
  void a_stale_secondary_shows_its_value_and_its_serial() throws Exception {
    bind().cutSecondary();
    move(OLD, NEW);
    RecordAnswer stale = servers.ask(DB, bind().secondary());
    assertThat(stale.values()).containsExactly(OLD);
    assertThat(stale.serial()).isEqualTo(1);
    bind().freezeSecondary();
    assertThat(servers.ask(DB, bind().secondary()).error()).contains("no answer within 2 s");
    bind().wakeSecondary();
  }

  @Test
  void the_ttl_alone_can_be_changed() throws Exception {
    assertThat(
            servers.replace(
                DB,
                bind().primary(),
                TestBind.KEY,
                List.of(OLD),
                OLD,
                Duration.ofSeconds(5),
                Instant.now()))
        .isTrue();
    assertThat(servers.ask(DB, bind().primary()).ttl()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void addresses_of_ipv6_and_aliases_move_too() throws Exception {
    RecordName six = new RecordName("test", "db6.test", RecordType.AAAA);
    assertThat(
            servers.replace(
                six,
                bind().primary(),
                TestBind.KEY,
                List.of("2001:db8:0:0::11"),
                "2001:db8::12",
                TTL,
                Instant.now()))
        .isTrue();
    assertThat(servers.ask(six, bind().primary()).says("2001:db8:0:0:0:0:0:12")).isTrue();
    RecordName alias = new RecordName("test", "writer.test", RecordType.CNAME);
    assertThat(
            servers.replace(
                alias,
                bind().primary(),
                TestBind.KEY,
                List.of("DB1.test."),
                "db2.test",
                TTL,
                Instant.now()))
        .isTrue();
    assertThat(servers.ask(alias, bind().primary()).values()).containsExactly("db2.test");
  }

  @Test
  void the_zone_names_its_servers() throws Exception {
    assertThat(servers.authoritative(DB, bind().primary()))
        .containsExactlyInAnyOrder(
            new NameServer("192.0.2.1", 53), new NameServer("192.0.2.2", 53));
  }

  @Test
  void a_zone_it_does_not_serve_is_told_apart_from_a_record_it_lacks() throws Exception {
    RecordName lacking = new RecordName("test", "none.test", RecordType.A);
    RecordName foreign = new RecordName("elsewhere", "db.elsewhere", RecordType.A);
    assertThat(servers.ask(lacking, bind().primary()).error()).isNull();
    assertThat(servers.ask(lacking, bind().primary()).values()).isEmpty();
    assertThat(servers.ask(foreign, bind().primary()).error()).contains("REFUSED");
  }
}
