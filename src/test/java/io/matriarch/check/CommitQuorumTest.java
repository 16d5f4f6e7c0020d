package io.matriarch.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.inventory.Commits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommitQuorumTest {

  private static Commits commits(String names, String... receivers) {
    return new Commits(
        names,
        Stream.of(receivers).map(n -> new Commits.Receiver(n, null)).toList(),
        Instant.parse("2026-01-01T12:00:00Z"));
  }

  /** Every rule of up to four standbys, and every choice of those that receive nothing. */
  @Test
  void it_holds_exactly_if_those_that_still_receive_are_too_few_for_a_commit() {
    for (int n = 1; n <= 4; n++) {
      List<String> names = IntStream.rangeClosed(2, n + 1).mapToObj(i -> "db" + i).toList();
      for (int needed = 1; needed <= n; needed++) {
        for (int chosen = 0; chosen < 1 << n; chosen++) {
          List<String> silent = new ArrayList<>();
          for (int i = 0; i < n; i++) {
            if ((chosen >> i & 1) == 1) {
              silent.add(names.get(i));
            }
          }
          boolean mayReturn = n - silent.size() >= needed;
          for (String form : List.of("ANY", "FIRST")) {
            String rule = "%s %d (%s)".formatted(form, needed, String.join(", ", names));
            assertThat(CommitQuorum.gap(commits(rule), "db1", silent).isPresent())
                .as("%s, silent %s", rule, silent)
                .isEqualTo(mayReturn);
          }
        }
      }
    }
  }

  @Test
  void the_primary_s_own_name_in_its_list_stands_for_nobody() {
    Commits commits = commits("ANY 1 (\"db2\", \"DB3\", \"db1\")", "db2", "db3");

    assertThat(CommitQuorum.gap(commits, "db1", List.of("db2", "db3"))).isEmpty();
    assertThat(CommitQuorum.gap(commits, "db1", List.of("db2")))
        .hasValue(
            "commits on db1 wait for 1 of db2, db3, so that 2 of these must receive nothing, and only db2 can be kept from it");
  }

  @Test
  void who_is_not_in_the_list_helps_nothing() {
    assertThat(CommitQuorum.gap(commits("db2"), "db1", List.of("db3", "db4")))
        .hasValueSatisfying(why -> assertThat(why).endsWith("and none is at hand"));
  }

  @Test
  void what_is_not_known_or_lets_anybody_acknowledge_holds_nothing() {
    List<String> silent = List.of("db2", "db3");

    assertThat(CommitQuorum.gap(Commits.UNKNOWN, "db1", silent))
        .hasValue("it is not known for which standbys commits on db1 wait");
    assertThat(CommitQuorum.gap(commits(""), "db1", silent))
        .hasValueSatisfying(why -> assertThat(why).contains("wait for no standby"));
    assertThat(CommitQuorum.gap(commits("ANY 1 (*)"), "db1", silent))
        .hasValueSatisfying(why -> assertThat(why).contains("whoever receives WAL"));
    assertThat(CommitQuorum.gap(commits("db2", "db2", "db2"), "db1", silent))
        .hasValue("two standbys call themselves db2, and either may let a commit return");
  }
}
