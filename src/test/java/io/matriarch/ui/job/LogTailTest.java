package io.matriarch.ui.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.job.LogLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogTailTest {

  private final Committed committed = new Committed();
  private final LogTail tail = new LogTail(committed);

  /** The lines that a reader can see. */
  private static final class Committed implements LogTail.Source {
    private final TreeMap<Long, LogLine> lines = new TreeMap<>();
    private int longestAnswer;
    private boolean heldUp;

    void commit(long... seqs) {
      for (long seq : seqs) {
        lines.put(seq, new LogLine(seq, Instant.EPOCH, 1L, 0, "stdout", "db1", "line " + seq));
      }
    }

    @Override
    public Optional<List<LogLine>> after(long seq, int limit) {
      List<LogLine> found = lines.tailMap(seq, false).values().stream().limit(limit).toList();
      longestAnswer = found.size();
      return Optional.of(found);
    }

    @Override
    public Optional<List<LogLine>> last(int limit) {
      List<LogLine> all = new ArrayList<>(lines.values());
      return heldUp
          ? Optional.empty()
          : Optional.of(all.subList(Math.max(0, all.size() - limit), all.size()));
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
  void what_was_given_is_not_read_again() {
    committed.commit(LongStream.rangeClosed(1, 500).toArray());
    read();
    committed.commit(501);
    assertThat(read()).containsExactly(501L);
    assertThat(committed.longestAnswer).isEqualTo(1);
  }

  @Test
  void a_log_that_cannot_be_read_yet_begins_later() {
    committed.commit(LongStream.rangeClosed(1, LogTail.KEPT + 100).toArray());
    committed.heldUp = true;
    assertThat(read()).isEmpty();
    committed.heldUp = false;
    assertThat(read()).hasSize(LogTail.KEPT);
    assertThat(tail.isCut()).isTrue();
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
