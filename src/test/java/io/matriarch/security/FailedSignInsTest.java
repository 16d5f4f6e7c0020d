package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FailedSignInsTest {

  private final Ticking clock = new Ticking();
  private final FailedSignIns failures = new FailedSignIns(clock, 1_000);

  private void fail(int times, String name, String address) {
    for (int time = 0; time < times; time++) {
      failures.failed(name, address);
    }
  }

  @Test
  void the_first_failures_cost_nothing_and_each_further_one_doubles_the_wait() {
    fail(4, "anna", "192.0.2.1");
    assertThat(failures.wait("anna", "192.0.2.1")).isZero();
    fail(1, "anna", "192.0.2.1");
    assertThat(failures.wait("anna", "192.0.2.1")).isEqualTo(Duration.ofSeconds(2));
    fail(2, "anna", "192.0.2.1");
    assertThat(failures.wait("anna", "192.0.2.1")).isEqualTo(Duration.ofSeconds(8));
    fail(100, "anna", "192.0.2.1");
    assertThat(failures.wait("anna", "192.0.2.1")).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void who_waited_may_try_again_and_a_success_forgives() {
    fail(5, "anna", "192.0.2.1");
    clock.now = clock.now.plusSeconds(2);
    assertThat(failures.wait("anna", "192.0.2.1")).isZero();
    failures.succeeded("anna", "192.0.2.1");
    fail(4, "anna", "192.0.2.1");
    assertThat(failures.wait("anna", "192.0.2.1")).isZero();
  }

  @Test
  void guessing_from_elsewhere_does_not_lock_a_person_out_at_once() {
    fail(20, "anna", "203.0.113.5");
    assertThat(failures.wait("anna", "203.0.113.5")).isPositive();
    assertThat(failures.wait("anna", "192.0.2.1")).isZero();
  }

  @Test
  void an_address_that_guesses_many_names_has_to_wait_for_every_name() {
    for (int number = 0; number < 30; number++) {
      failures.failed("name" + number, "203.0.113.5");
    }
    assertThat(failures.wait("never tried", "203.0.113.5")).isPositive();
  }

  @Test
  void a_name_that_is_guessed_from_many_addresses_has_to_wait_everywhere() {
    for (int number = 0; number < 60; number++) {
      failures.failed("anna", "203.0.113." + number);
    }
    assertThat(failures.wait("anna", "192.0.2.1")).isPositive();
  }

  @Test
  void the_table_stays_small_and_forgets_the_oldest() {
    FailedSignIns small = new FailedSignIns(clock, 30);
    for (int time = 0; time < 5; time++) {
      small.failed("anna", "192.0.2.1");
    }
    for (int number = 0; number < 100; number++) {
      small.failed("n" + number, "203.0.113." + number);
    }
    assertThat(small.wait("anna", "192.0.2.1")).isZero();
  }

  private static final class Ticking extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
