package io.matriarch.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitStallTest {

  @Test
  void it_says_for_whom_commits_wait_and_what_each_of_them_does() {
    CommitStall stall =
        CommitStall.read(
                List.of(
                    List.of("waiting", "7", "12"),
                    List.of("names", "ANY 2 (\"db1\", \"DB2\", \"db3\", \"db4\")"),
                    List.of("standby", "db3", "catchup"),
                    List.of("standby", "db4", "streaming")))
            .orElseThrow();

    assertThat(stall.explained("db1"))
        .startsWith(
            "7 commits on db1 have waited for up to 12 s: each needs 2 of its synchronous standbys, and db2 is not connected, db3 is in state catchup, db4 is connected and does not answer in time.");
  }

  @Test
  void where_anybody_counts_it_says_who_is_connected() {
    assertThat(new CommitStall(1, 6, "*", Map.of()).explained("db1"))
        .startsWith("1 commit on db1 has waited for up to 6 s")
        .contains("and no standby is connected");
  }

  @Test
  void an_answer_that_is_none_tells_nothing() {
    assertThat(CommitStall.read(List.of())).isEmpty();
    assertThat(CommitStall.read(List.of(List.of("waiting", "", "")))).isEmpty();
  }
}
