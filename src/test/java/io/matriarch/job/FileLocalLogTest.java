package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;

class FileLocalLogTest {

  @TempDir private Path directory;
  private final List<String> written = new ArrayList<>();
  private boolean away;

  private Runs runs() {
    return (Runs)
        java.lang.reflect.Proxy.newProxyInstance(
            Runs.class.getClassLoader(),
            new Class<?>[] {Runs.class},
            (proxy, method, arguments) -> {
              if (away) {
                throw new DataAccessResourceFailureException("gone");
              }
              List<?> lines = (List<?>) arguments[2];
              lines.forEach(l -> written.add(arguments[0] + " " + ((Runs.Line) l).text()));
              return null;
            });
  }

  private static Owned run(long id) {
    return new Owned(
        id,
        1,
        2,
        new ActionName("test.say"),
        Target.herd(1),
        "orders",
        1L,
        1L,
        new Options(Map.of()),
        "{}",
        "hash",
        true,
        false);
  }

  private static Runs.Line line(String text) {
    return new Runs.Line(3, RunLog.Kind.INFO, "db1", text, Instant.EPOCH);
  }

  @Test
  void what_was_kept_is_written_once_the_database_answers_also_by_the_next_life() {
    LocalLog log = new FileLocalLog(directory.resolve("unwritten"));
    log.reconcile(runs());
    log.keep(run(7), List.of(line("a \"quoted\"\nline"), line("b")));
    log.keep(run(7), List.of(line("c")));
    away = true;
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> log.reconcile(runs()))
        .isInstanceOf(DataAccessResourceFailureException.class);
    away = false;

    LocalLog next = new FileLocalLog(directory.resolve("unwritten"));
    next.reconcile(runs());
    next.reconcile(runs());

    assertThat(written).containsExactly("7 a \"quoted\"\nline", "7 b", "7 c");
  }

  @Test
  void a_line_that_a_crash_cut_short_is_left_out() throws Exception {
    LocalLog log = new FileLocalLog(directory);
    log.keep(run(7), List.of(line("a")));
    Files.writeString(directory.resolve("7.jsonl"), "{\"run\":7,\"att", StandardOpenOption.APPEND);

    log.reconcile(runs());

    assertThat(written).containsExactly("7 a");
    assertThat(directory).isEmptyDirectory();
  }
}
