package io.matriarch.ui.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.job.LogLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogTailTest {

  private final Committed committed = new Committed();
  private long now;
  private final LogTail tail = new LogTail(committed, () -> now);

  /** The lines that a reader can see. */
  private static final class Committed implements LogTail.Source {
    private final TreeMap<Long, LogLine> lines = new TreeMap<>();
    private int longestAnswer;

    void commit(long... seqs) {
      for (long seq : seqs) {
        lines.put(seq, new LogLine(seq, Instant.EPOCH, 1L, 0, "stdout", "db1", "line " + seq));
      }
    }

    @Override
    public List<LogLine> after(long seq, int limit) {
      List<LogLine> found = lines.tailMap(seq, false).values().stream().limit(limit).toList();
      longestAnswer = found.size();
      return found;
    }

    @Override
    public List<LogLine> last(int limit) {
      List<LogLine> all = new ArrayList<>(lines.values());
      return all.subList(Math.max(0, all.size() - limit), all.size());
    }
  }

  private List<Long> read() {
    return tail.more().stream().map(LogLine::seq).toList();
  }

  @Test
  void every_line_is_given_once_and_in_order() {
    committed.commit(1, 2, 3);
    assertThat(read()).containsExactly(1L, 2L, 3L);
    assertThat(read()).isEmpty();
    committed.commit(4, 7);
    assertThat(read()).containsExactly(4L, 7L);
  }

  @Test
  void a_line_that_was_committed_late_is_not_lost() {
    committed.commit(1, 5, 6);
    assertThat(read()).containsExactly(1L, 5L, 6L);
    committed.commit(3, 4, 8);
    assertThat(read()).containsExactly(3L, 4L, 8L);
    assertThat(read()).isEmpty();
  }

  @Test
  void what_has_settled_is_not_read_again() {
    committed.commit(LongStream.rangeClosed(1, 500).toArray());
    read();
    now += Duration.ofMinutes(1).toNanos();
    committed.commit(501);
    assertThat(read()).containsExactly(501L);
    assertThat(committed.longestAnswer).isEqualTo(1);
  }

  @Test
  void a_long_log_begins_with_its_last_lines_and_says_so() {
    committed.commit(LongStream.rangeClosed(1, LogTail.KEPT + 100).toArray());
    List<Long> seqs = read();
    assertThat(seqs).hasSize(LogTail.KEPT).endsWith((long) LogTail.KEPT + 100);
    assertThat(tail.isCut()).isTrue();
  }

  @Test
  void a_log_that_fits_is_not_cut() {
    committed.commit(LongStream.rangeClosed(1, LogTail.KEPT).toArray());
    assertThat(read()).hasSize(LogTail.KEPT);
    assertThat(tail.isCut()).isFalse();
  }
}
