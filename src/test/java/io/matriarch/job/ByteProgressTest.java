package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ByteProgressTest {

  private static final Instant BEGUN = Instant.parse("2026-11-26T22:00:00Z");

  @Test
  void the_rate_is_that_since_it_was_first_told_and_gives_the_rest() {
    ByteProgress half = new ByteProgress("copying", 600, 1100, BEGUN.plusSeconds(10), BEGUN, 100);

    assertThat(half.rate()).contains(50L);
    assertThat(half.left()).contains(Duration.ofSeconds(10));
  }

  @Test
  void what_cannot_be_said_is_not_said() {
    assertThat(new ByteProgress("copying", 100, 1100, BEGUN, BEGUN, 100).rate()).isEmpty();
    assertThat(new ByteProgress("copying", 9, 0, BEGUN.plusSeconds(1), BEGUN, 0).left()).isEmpty();
    assertThat(new ByteProgress("copying", 100, 1100, BEGUN.plusSeconds(5), BEGUN, 100).left())
        .isEmpty();
  }
}
