package io.matriarch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.FailureAnalysis.Verdict;
import io.matriarch.watch.AutomaticPolicy.Case;
import io.matriarch.watch.AutomaticPolicy.Decision;
import io.matriarch.watch.AutomaticPolicy.Limits;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AutomaticPolicyTest {

  private static final Limits LIMITS = new Limits(Duration.ofSeconds(3), 5);
  private static final Duration LONG_AGO = Duration.ofDays(10);

  private static Case dead(long lastedMillis) {
    return new Case(
        Verdict.DEAD,
        Duration.ofMillis(lastedMillis),
        Duration.ofSeconds(1),
        1,
        false,
        false,
        false,
        0,
        LONG_AGO);
  }

  private static Decision decide(Case herd) {
    return AutomaticPolicy.decide(herd, LIMITS);
  }

  @Test
  void a_primary_that_was_dead_for_long_enough_is_replaced() {
    assertThat(decide(dead(3_000))).isEqualTo(Decision.ACT);
    assertThat(decide(dead(2_999))).isEqualTo(Decision.WAIT);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DEAD")
  void nothing_but_dead_is_dead(Verdict verdict) {
    Case dead = dead(60_000);

    assertThat(
            decide(
                new Case(
                    verdict,
                    dead.lasted(),
                    dead.lookedAgo(),
                    dead.failing(),
                    false,
                    false,
                    false,
                    0,
                    LONG_AGO)))
        .isEqualTo(Decision.WAIT);
  }

  @Test
  void an_old_look_a_run_at_work_a_block_and_a_pulled_brake_hold_it_back() {
    Case d = dead(60_000);

    assertThat(
            new Case[] {
              new Case(
                  d.verdict(),
                  d.lasted(),
                  Duration.ofSeconds(11),
                  1,
                  false,
                  false,
                  false,
                  0,
                  LONG_AGO),
              new Case(d.verdict(), d.lasted(), d.lookedAgo(), 1, true, false, false, 0, LONG_AGO),
              new Case(d.verdict(), d.lasted(), d.lookedAgo(), 1, false, true, false, 0, LONG_AGO),
              new Case(d.verdict(), d.lasted(), d.lookedAgo(), 1, false, false, true, 0, LONG_AGO),
              new Case(d.verdict(), d.lasted(), d.lookedAgo(), 1, false, false, false, 3, LONG_AGO),
              new Case(
                  d.verdict(),
                  d.lasted(),
                  d.lookedAgo(),
                  1,
                  false,
                  false,
                  false,
                  1,
                  Duration.ofSeconds(9))
            })
        .allSatisfy(herd -> assertThat(decide(herd)).isEqualTo(Decision.WAIT));
  }

  @Test
  void many_at_once_call_a_person_before_any_of_them_is_replaced() {
    Case d = dead(0);

    assertThat(
            decide(
                new Case(
                    d.verdict(), d.lasted(), d.lookedAgo(), 6, false, false, false, 0, LONG_AGO)))
        .isEqualTo(Decision.BRAKE);
    assertThat(
            decide(
                new Case(
                    d.verdict(), d.lasted(), d.lookedAgo(), 6, true, false, false, 0, LONG_AGO)))
        .isEqualTo(Decision.WAIT);
  }

  /**
   * A thousand primaries that nobody reaches for a moment: looks begin half a second after the last
   * one ended and take up to the limit of a look, and one that begins after the blip finds a
   * primary that serves.
   */
  @Test
  void no_blip_that_is_shorter_than_the_limit_is_a_failover_and_every_long_one_is() {
    Random random = new Random(20_261_127);
    int replaced = 0;
    for (int i = 0; i < 1_000; i++) {
      double blip = random.nextDouble() * 2.99;
      assertThat(isReplaced(blip, random)).as("a blip of %.2f s", blip).isFalse();
      replaced += isReplaced(12 + random.nextDouble() * 60, random) ? 1 : 0;
    }
    assertThat(replaced).isEqualTo(1_000);
  }

  private static boolean isReplaced(double blip, Random random) {
    double now = random.nextDouble() * 1.25;
    double first = -1;
    while (now < blip + 5) {
      // Ports are tried for a second at most, and nobody is dead whom a standby reaches then.
      boolean dead = now < blip;
      now += dead ? 1 + random.nextDouble() * 1.2 : random.nextDouble() * 0.3;
      first = !dead ? -1 : first < 0 ? now : first;
      if (first >= 0 && decide(dead(Math.round((now - first) * 1000))) == Decision.ACT) {
        return true;
      }
      now += 0.5;
    }
    return false;
  }
}
