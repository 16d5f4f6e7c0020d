package io.matriarch.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitGapsTest {

  private static final long MS = 1_000_000;

  private final CommitGaps gaps = new CommitGaps(2, 0);

  @Test
  void the_longest_wait_of_any_client_counts_not_the_time_in_which_nobody_committed() {
    gaps.committed(0, 5 * MS);
    gaps.committed(1, 10 * MS);
    gaps.committed(0, 15 * MS);
    gaps.committed(1, 40 * MS);

    assertThat(gaps.longest(41 * MS)).isEqualTo(new CommitGaps.Gap(10 * MS, 40 * MS));
    assertThat(gaps.longest(41 * MS).millis()).isEqualTo(30);
  }

  @Test
  void a_client_that_still_waits_counts_until_now() {
    gaps.committed(0, 90 * MS);

    assertThat(gaps.longest(100 * MS).millis()).isEqualTo(100);
  }

  @Test
  void what_was_before_the_begin_counts_no_more_but_an_open_gap_counts_whole() {
    gaps.committed(0, 70 * MS);
    gaps.committed(1, 75 * MS);
    gaps.begin(80 * MS);
    gaps.committed(0, 85 * MS);
    gaps.committed(1, 95 * MS);

    assertThat(gaps.longest(96 * MS)).isEqualTo(new CommitGaps.Gap(75 * MS, 95 * MS));
  }

  @Test
  void all_have_committed_since_only_when_the_last_of_them_has() {
    gaps.committed(0, 20 * MS);
    assertThat(gaps.allSince(10 * MS)).isFalse();

    gaps.committed(1, 11 * MS);
    assertThat(gaps.allSince(10 * MS)).isTrue();
  }
}
