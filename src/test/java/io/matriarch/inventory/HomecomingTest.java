package io.matriarch.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.inventory.Homecoming.Move;
import java.util.List;
import org.junit.jupiter.api.Test;

class HomecomingTest {

  private static final Move THERE = new Move(1, "a", "b");
  private static final Move BACK = new Move(2, "b", "a");

  @Test
  void a_herd_that_left_its_site_belongs_where_it_was() {
    assertThat(Homecoming.of(List.of(THERE))).contains(1L);
  }

  @Test
  void one_that_came_back_is_at_home_whoever_is_primary_there() {
    assertThat(Homecoming.of(List.of())).isEmpty();
    assertThat(Homecoming.of(List.of(THERE, BACK))).isEmpty();
  }

  @Test
  void a_change_within_a_site_leaves_nobody_away() {
    assertThat(Homecoming.of(List.of(new Move(1, "a", "a"), new Move(4, null, null)))).isEmpty();
    assertThat(Homecoming.of(List.of(THERE, new Move(2, "b", "b")))).contains(1L);
  }

  @Test
  void a_drill_of_a_herd_that_is_away_leaves_it_away() {
    assertThat(Homecoming.of(List.of(THERE, BACK, new Move(1, "a", "b")))).contains(1L);
  }

  @Test
  void from_a_third_site_the_way_leads_back_over_the_second() {
    Move onward = new Move(2, "b", "c");
    assertThat(Homecoming.of(List.of(THERE, onward))).contains(2L);
    assertThat(Homecoming.of(List.of(THERE, onward, new Move(3, "c", "b")))).contains(1L);
  }
}
