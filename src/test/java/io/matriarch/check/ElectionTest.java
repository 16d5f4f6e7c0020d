package io.matriarch.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Election.Excluded;
import io.matriarch.check.Election.Ranked;
import io.matriarch.check.Election.Survivor;
import io.matriarch.inventory.Lsn;
import io.matriarch.postgres.ReadinessFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ElectionTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static Survivor survivor(
      long id, int timeline, @Nullable String received, String replayed, String history) {
    ObjectNode facts = JSON.createObjectNode();
    facts.put("inRecovery", true).put("timeline", timeline).put("history", history);
    facts.put("replayLsn", replayed);
    if (received != null) {
      facts.put("receiveLsn", received);
    }
    return new Survivor(id, "db" + id, new ReadinessFacts(facts));
  }

  @Test
  void whoever_has_come_furthest_leads_by_what_it_received_or_replayed() {
    Election election =
        Election.of(
            List.of(
                survivor(2, 3, "0/5000100", "0/5000100", ""),
                survivor(3, 3, "0/5000300", "0/5000200", ""),
                // After its restart a standby has received less than it has replayed.
                survivor(4, 3, "0/5000000", "0/5000200", "")),
            3,
            Lsn.parse("0/5000400"));

    assertThat(election.ranked()).extracting(Ranked::id).containsExactly(3L, 4L, 2L);
    assertThat(election.of(4).orElseThrow().position()).isEqualTo(Lsn.parse("0/5000200"));
  }

  @Test
  void a_fork_that_somebody_promoted_is_not_elected_though_its_timeline_is_higher() {
    Election election =
        Election.of(
            List.of(
                survivor(2, 3, null, "0/5000100", ""),
                survivor(3, 4, null, "0/9000000", "1\t0/3000000\tx\n3\t0/5000050\ty\n")),
            3,
            Lsn.parse("0/5000100"));

    assertThat(election.ranked()).extracting(Ranked::id).containsExactly(2L);
    assertThat(election.excluded())
        .singleElement()
        .satisfies(e -> assertThat(e.why()).contains("somebody promoted another server"));
  }

  @Test
  void a_timeline_that_began_after_the_last_known_position_counts() {
    Election election =
        Election.of(
            List.of(survivor(3, 4, null, "0/9000000", "3\t0/5000100\ty\n")),
            3,
            Lsn.parse("0/5000100"));

    assertThat(election.ranked()).extracting(Ranked::id).containsExactly(3L);
  }

  @Test
  void one_of_another_history_or_an_older_timeline_or_that_says_nothing_is_left_out() {
    Election election =
        Election.of(
            List.of(
                survivor(2, 5, null, "0/9000000", "2\t0/4000000\tx\n"),
                survivor(3, 2, null, "0/9000000", ""),
                new Survivor(4, "db4", new ReadinessFacts(JSON.createObjectNode()))),
            3,
            null);

    assertThat(election.ranked()).isEmpty();
    assertThat(election.excluded())
        .extracting(Excluded::why)
        .anySatisfy(why -> assertThat(why).contains("does not hold the primary's timeline 3"))
        .anySatisfy(why -> assertThat(why).contains("never followed the primary onto 3"))
        .anySatisfy(why -> assertThat(why).contains("not a standby any more"));
  }
}
