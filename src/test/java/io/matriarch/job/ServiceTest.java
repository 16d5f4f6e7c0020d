package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ServiceTest {

  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

  private record Pausing() implements Step {
    @Override
    public String describe() {
      return "pause";
    }

    @Override
    public boolean interrupts() {
      return true;
    }

    @Override
    public void run(World world) {}
  }

  private record Promoting() implements Step {
    @Override
    public String describe() {
      return "promote";
    }

    @Override
    public String achieved() {
      return "db2 is the primary";
    }

    @Override
    public String ifLost() {
      return "No primary is known. Look at db2.";
    }

    @Override
    public void run(World world) {}
  }

  private final Service service = new Service();

  @Test
  void what_clients_got_back_is_told_with_how_long_they_were_held_at_most() {
    service.begins(new Pausing(), at(0));
    service.done(new Pausing(), EngineFixture.NO_PROOFS, at(100));
    service.begins(new Pausing(), at(200));
    service.done(new Promoting(), EngineFixture.NO_PROOFS, at(1_200));
    assertThat(service.after("")).isEqualTo("db2 is the primary, 1.2 s after clients were held.");
  }

  @Test
  void a_failure_is_followed_by_the_state_things_are_in() {
    service.begins(new Pausing(), at(0));
    service.lost(new Promoting());
    assertThat(service.after("The connection was lost."))
        .isEqualTo("The connection was lost. No primary is known. Look at db2.");
  }

  @Test
  void that_clients_were_not_held_is_told_where_they_would_have_been() {
    service.spared(Plan.of(new Pausing()).build());
    assertThat(service.after("The host is away."))
        .isEqualTo("The host is away. Clients were not held: they go on as before.");
  }

  @Test
  void clients_that_were_held_are_not_said_to_have_been_spared() {
    service.begins(new Pausing(), at(0));
    service.spared(Plan.of(new Pausing()).build());
    assertThat(service.after("It failed.")).isEqualTo("It failed.");
  }

  @Test
  void a_run_that_took_up_another_does_not_guess_how_long_it_took() {
    service.done(new Promoting(), EngineFixture.NO_PROOFS, at(0));
    assertThat(service.after("")).isEqualTo("db2 is the primary.");
  }

  @Test
  void steps_that_are_not_about_clients_tell_nothing() {
    service.done(new Pausing(), EngineFixture.NO_PROOFS, at(0));
    service.lost(new Pausing());
    assertThat(service.after("as before")).isEqualTo("as before");
  }

  private static Clock at(long millis) {
    return Clock.fixed(BEGAN.plus(Duration.ofMillis(millis)), ZoneOffset.UTC);
  }
}
