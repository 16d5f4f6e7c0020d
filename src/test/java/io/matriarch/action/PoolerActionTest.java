package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.PoolerSeen;
import io.matriarch.job.Action;
import io.matriarch.job.Target;
import io.matriarch.security.Role;
import io.matriarch.testing.TestFleet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Pointing poolers, and what is checked of them before a switch. */
class PoolerActionTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static TestFleet orders() {
    return TestFleet.herd("orders").primary("db1").standby("db2").pooler("app");
  }

  private static PoolerSeen seen(
      @Nullable String error, long leads, String mode, @Nullable Duration timeout) {
    return new PoolerSeen(
        TestFleet.NOW,
        TestFleet.NOW,
        error,
        List.of("db" + leads + ".example:5432"),
        leads,
        List.of(),
        false,
        7,
        mode,
        timeout);
  }

  private static Check check(PoolerSeen seen, String name) {
    Action action = ACTIONS.action("herd.switchover");
    return action
        .checks(
            HERD, orders().seen(seen).build(), Catalogued.options(action, Map.of("candidate", "2")))
        .stream()
        .filter(c -> c.name().equals("pooler app on db1: " + name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void pointing_proves_the_primary_and_leads_every_pooler_to_it() {
    assertThat(ACTIONS.steps("herd.point-poolers", HERD, orders().build()))
        .first()
        .asString()
        .startsWith("prove that PostgreSQL 17/main on db1 takes writes")
        .contains("pooler app on db1", "db1.example:5432", "without a pause");
    assertThat(ACTIONS.action("herd.point-poolers").requires()).isEqualTo(Role.DBA);
    assertThat(ACTIONS.failed("herd.point-poolers", HERD, orders().build())).isEmpty();
  }

  @Test
  void nothing_is_pointed_without_a_primary_at_a_split_brain_or_without_poolers() {
    Fleet down =
        TestFleet.herd("orders")
            .stopped("db1", Instance.Role.PRIMARY)
            .standby("db2")
            .pooler("app")
            .build();
    Fleet two = TestFleet.herd("orders").primary("db1").primary("db2").pooler("app").build();
    Fleet none = TestFleet.herd("orders").primary("db1").build();

    assertThat(ACTIONS.failed("herd.point-poolers", HERD, down))
        .extracting(Check::name)
        .contains("the primary is alive");
    assertThat(ACTIONS.failed("herd.point-poolers", HERD, two))
        .extracting(Check::name)
        .contains("one member accepts writes");
    assertThat(ACTIONS.failed("herd.point-poolers", HERD, none))
        .extracting(Check::name)
        .contains("the herd has poolers");
  }

  @Test
  void a_switch_is_refused_where_a_pooler_does_not_answer_or_would_throw_clients_out() {
    Duration long1 = Duration.ofSeconds(120);
    assertThat(check(seen(null, 1, "transaction", long1), "it answers").outcome())
        .isEqualTo(Check.Outcome.PASSED);
    assertThat(check(seen("connection refused", 1, "transaction", long1), "it answers").hasFailed())
        .isTrue();
    assertThat(check(PoolerSeen.NEVER, "it answers").outcome()).isEqualTo(Check.Outcome.WARNING);

    String patience = "it lets clients wait long enough";
    Check short1 = check(seen(null, 1, "transaction", Duration.ofSeconds(70)), patience);
    assertThat(short1.hasFailed()).isTrue();
    assertThat(short1.seen()).isEqualTo("query_wait_timeout is 70 s, and a client may wait 70 s");
    assertThat(short1.observedAt()).isEqualTo(TestFleet.NOW);
    assertThat(check(seen(null, 1, "transaction", Duration.ofSeconds(71)), patience).hasFailed())
        .isFalse();
    assertThat(check(seen(null, 1, "transaction", Duration.ZERO), patience).hasFailed()).isFalse();
    assertThat(check(seen(null, 1, "transaction", null), patience).outcome())
        .isEqualTo(Check.Outcome.WARNING);
  }

  @Test
  void a_session_pool_refuses_a_switch_unless_overruled_and_drift_is_said() {
    Duration enough = Duration.ofSeconds(120);
    Check session = check(seen(null, 1, "session", enough), "its pool mode lets it pause");
    assertThat(session.hasFailed()).isTrue();
    assertThat(session.seen()).startsWith("session, 7 clients");
    assertThat(session.overruledBy()).isEqualTo("ignoreReadiness");
    Check drift = check(seen(null, 2, "transaction", enough), "it leads to the primary");
    assertThat(drift.outcome()).isEqualTo(Check.Outcome.WARNING);
    assertThat(drift.seen()).isEqualTo("it leads to db2.example:5432, and the primary is db1");
  }
}
