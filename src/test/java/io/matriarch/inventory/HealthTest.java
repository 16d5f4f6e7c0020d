package io.matriarch.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {

  private static final Duration AGE = Duration.ofSeconds(3);

  private static Health primary(
      boolean fresh,
      boolean copy,
      boolean fenced,
      boolean lost,
      int writers,
      @Nullable Boolean published) {
    return new Health("primary", AGE, fresh, copy, fenced, lost, writers, published, null, null);
  }

  private static Health standby(
      boolean fresh, boolean fenced, int writers, @Nullable Long bytes, @Nullable Duration time) {
    return new Health("standby", AGE, fresh, false, fenced, false, writers, false, bytes, time);
  }

  private static Health.Verdict within(String limit, Health health) {
    return health.standby(LagLimit.parse(limit).orElseThrow());
  }

  @Test
  void a_primary_alone_in_its_herd_gets_writers_published_or_before_any_was() {
    for (Boolean published : new Boolean[] {null, true}) {
      Health health = primary(true, false, false, false, 1, published);

      assertThat(health.primary()).isEqualTo(new Health.Verdict(true, "primary"));
      assertThat(health.standby(null).up()).isFalse();
    }
  }

  @Test
  void each_doubt_about_a_primary_is_enough() {
    assertThat(primary(false, false, false, false, 1, true).primary().why()).isEqualTo("stale");
    assertThat(primary(true, true, false, false, 1, null).primary().why()).isEqualTo("a copy");
    assertThat(primary(true, false, true, false, 1, true).primary().why()).isEqualTo("fenced");
    assertThat(primary(true, false, false, true, 1, true).primary().why())
        .isEqualTo("does not serve");
    assertThat(primary(true, false, false, false, 1, false).primary().why())
        .isEqualTo("another primary is published");
    assertThat(primary(true, false, false, false, 2, true).primary().why())
        .isEqualTo("split brain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"standby", "stopped", "unreachable"})
  void what_is_no_primary_gets_no_writers(String state) {
    UnaryOperator<String> why =
        s ->
            new Health(s, AGE, true, false, false, false, 1, true, 0L, Duration.ZERO)
                .primary()
                .why();

    assertThat(why.apply(state)).isEqualTo("not a primary");
  }

  @Test
  void a_standby_gets_readers_up_to_the_limit_and_not_beyond() {
    Health health = standby(true, false, 1, 16L << 20, Duration.ofSeconds(5));

    assertThat(health.standby(null).up()).isTrue();
    assertThat(within("16MB", health).up()).isTrue();
    assertThat(within("15MB", health)).isEqualTo(new Health.Verdict(false, "lags"));
    assertThat(within("5s", health).up()).isTrue();
    assertThat(within("4999ms", health)).isEqualTo(new Health.Verdict(false, "lags"));
  }

  @Test
  void unknown_lag_is_not_zero() {
    assertThat(within("1GB", standby(true, false, 1, null, Duration.ZERO)).why())
        .isEqualTo("lag is not known");
    assertThat(within("60min", standby(true, false, 1, 0L, null)).why())
        .isEqualTo("lag is not known");
  }

  @Test
  void each_doubt_about_a_standby_is_enough() {
    assertThat(standby(false, false, 1, 0L, null).standby(null).why()).isEqualTo("stale");
    assertThat(standby(true, true, 1, 0L, null).standby(null).why()).isEqualTo("fenced");
    assertThat(standby(true, false, 2, 0L, null).standby(null).why()).isEqualTo("split brain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "16", "MB", "-1MB", "1.5s", "16mb", "16MB ", "9999999999B"})
  void what_is_no_limit_is_not_read_as_one(String text) {
    assertThat(LagLimit.parse(text)).isEmpty();
  }
}
