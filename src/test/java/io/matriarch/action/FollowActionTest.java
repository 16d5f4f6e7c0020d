package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Standbys that were left behind are made to follow. */
class FollowActionTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);
  private static final String FOLLOW = "herd.follow-primary";

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  /** The standbys follow what was primary before, which is stopped. */
  private static Fleet left() {
    return TestFleet.herd("orders")
        .stopped("db1", Instance.Role.PRIMARY)
        .standby("db2")
        .primary("db3")
        .build();
  }

  @Test
  void those_that_follow_nobody_who_runs_get_a_slot_and_follow_the_primary() {
    assertThat(ACTIONS.failed(FOLLOW, HERD, left())).isEmpty();
    assertThat(ACTIONS.steps(FOLLOW, HERD, left()))
        .containsExactly(
            "prove that PostgreSQL 17/main on db3 takes writes",
            "create the slots matriarch_2 on PostgreSQL 17/main on db3",
            "make PostgreSQL 17/main on db2 follow PostgreSQL 17/main on db3");
  }

  @Test
  void where_all_follow_nothing_is_done() {
    Fleet well = TestFleet.herd("orders").primary("db1").standby("db2").build();

    List<Check> failed = ACTIONS.failed(FOLLOW, HERD, well);

    assertThat(failed).extracting(Check::name).containsExactly("a standby follows nobody");
    assertThat(
            ACTIONS
                .action(FOLLOW)
                .checks(
                    HERD,
                    well,
                    Catalogued.options(ACTIONS.action(FOLLOW), Map.of("cascades", "true"))))
        .anySatisfy(
            check -> {
              assertThat(check.hasFailed()).isTrue();
              assertThat(check.seen()).isEqualTo("each running standby follows the primary");
            });
  }
}
