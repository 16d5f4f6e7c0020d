package io.matriarch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {

  @Test
  void gaps_are_ordered_and_failures_and_lost_rows_added_up() {
    Tally tally = new Tally();
    for (int i = 11; i >= 1; i--) {
      tally.add(new Felt(i * 10, i % 2, i == 4 ? 3 : 0, Instant.EPOCH, Instant.EPOCH, Set.of()));
    }

    assertThat(tally.cells()).isEqualTo("60 | 100 | 10 | 110 | 6 | 3");
    assertThat(tally.median()).isEqualTo(60);
    assertThat(tally.worst()).isEqualTo(110);
  }

  @Test
  void two_are_compared_by_their_medians() {
    Tally ours = new Tally();
    Tally other = new Tally();
    ours.add(new Felt(150, 0, 0, Instant.EPOCH, Instant.EPOCH, Set.of()));
    other.add(new Felt(120, 0, 0, Instant.EPOCH, Instant.EPOCH, Set.of()));

    assertThat(ours.against(other)).isEqualTo("1.25 times, +30 ms");
    assertThat(other.against(ours)).isEqualTo("0.80 times, -30 ms");
  }

  @Test
  void the_median_of_an_even_number_is_the_lower_one_of_the_two() {
    Tally tally = new Tally();
    for (int millis : new int[] {40, 10, 30, 20}) {
      tally.add(new Felt(millis, 0, 0, Instant.EPOCH, Instant.EPOCH, Set.of()));
    }

    assertThat(tally.cells()).isEqualTo("20 | 40 | 10 | 40 | 0 | 0");
  }
}
