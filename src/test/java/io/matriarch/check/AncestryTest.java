package io.matriarch.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.inventory.Lsn;
import io.matriarch.postgres.ReadinessFacts.Fork;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AncestryTest {

  private static final List<Fork> THREE = List.of(new Fork(1, 100), new Fork(2, 200));

  private static Ancestry of(int member, List<Fork> own, long position) {
    return Ancestry.of(3, THREE, member, own, OptionalLong.of(position));
  }

  @Test
  void a_member_on_the_primarys_timeline_follows_wherever_it_is() {
    assertThat(Ancestry.of(3, null, 3, null, OptionalLong.empty())).isEqualTo(new Ancestry.Same(3));
  }

  @Test
  void one_on_an_ancestor_follows_up_to_the_fork_and_no_further() {
    assertThat(of(2, List.of(new Fork(1, 100)), 200))
        .isEqualTo(new Ancestry.Ancestor(2, 3, new Lsn(200)));
    assertThat(of(2, List.of(new Fork(1, 100)), 201))
        .isEqualTo(new Ancestry.Diverged(2, 3, new Lsn(200), new Lsn(201)));
    assertThat(of(1, List.of(), 100)).isEqualTo(new Ancestry.Ancestor(1, 3, new Lsn(100)));
    assertThat(of(1, List.of(), 150))
        .isEqualTo(new Ancestry.Diverged(1, 3, new Lsn(100), new Lsn(150)));
  }

  @Test
  void one_on_a_fork_of_its_own_has_diverged_where_the_histories_part() {
    assertThat(of(4, List.of(new Fork(1, 100), new Fork(2, 150)), 400))
        .isEqualTo(new Ancestry.Diverged(4, 3, new Lsn(150), new Lsn(400)));
    assertThat(of(4, List.of(new Fork(1, 60)), 70))
        .isEqualTo(new Ancestry.Diverged(4, 3, new Lsn(60), new Lsn(70)));
    assertThat(of(4, List.of(new Fork(1, 100), new Fork(2, 200), new Fork(3, 300)), 310))
        .as("promoted from the primary's own timeline")
        .isEqualTo(new Ancestry.Diverged(4, 3, new Lsn(300), new Lsn(310)));
    assertThat(Ancestry.of(3, THREE, 4, null, OptionalLong.of(5)))
        .isEqualTo(new Ancestry.Diverged(4, 3, null, new Lsn(5)));
  }

  @Test
  void what_cannot_be_read_is_unknown_and_never_an_ancestor() {
    assertThat(Ancestry.of(3, null, 2, List.of(), OptionalLong.of(1)))
        .isInstanceOf(Ancestry.Unknown.class);
    assertThat(Ancestry.of(3, THREE, 2, List.of(), OptionalLong.empty()))
        .isInstanceOf(Ancestry.Unknown.class);
    assertThat(Ancestry.of(null, THREE, 2, List.of(), OptionalLong.of(1)))
        .isInstanceOf(Ancestry.Unknown.class);
    assertThat(Ancestry.of(3, THREE, null, List.of(), OptionalLong.of(1)))
        .isInstanceOf(Ancestry.Unknown.class);
  }

  @Test
  void positions_are_unsigned() {
    assertThat(Ancestry.of(2, List.of(new Fork(1, -1)), 1, List.of(), OptionalLong.of(5)))
        .isEqualTo(new Ancestry.Ancestor(1, 2, new Lsn(-1)));
  }
}
