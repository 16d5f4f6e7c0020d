package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobLogTest {

  private final EngineFixture engine = new EngineFixture();
  private final JobLog log = engine.context.getBean(JobLog.class);

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  @Test
  void nothing_is_read_past_a_line_that_is_not_committed_yet() throws Exception {
    long job = engine.submit(EngineFixture.say(Target.herd(engine.herd("orders"))));
    engine.work("a");
    long last = log.last(job, null, "", 1).orElseThrow().getFirst().seq();
    try (Connection writer = engine.database.dataSource().getConnection()) {
      writer.setAutoCommit(false);
      write(writer, job, "early number, late commit");
      assertThat(log.after(job, last, null, "", 100)).isEqualTo(Optional.empty());
      writer.commit();
    }
    assertThat(log.after(job, last, null, "", 100).orElseThrow())
        .extracting(LogLine::text)
        .containsExactly("early number, late commit");
  }

  @Test
  void writers_of_one_job_do_not_wait_for_each_other() throws Exception {
    long job =
        engine.submit(
            JobRequest.of(
                "test.say",
                java.util.List.of(Target.herd(engine.herd("one")), Target.herd(engine.herd("two"))),
                Map.of()));
    try (Connection writer = engine.database.dataSource().getConnection()) {
      writer.setAutoCommit(false);
      write(writer, job, "still open");
      engine.work("a");
      assertThat(engine.state(job)).isEqualTo(RunState.SUCCEEDED);
      writer.rollback();
    }
  }

  private static void write(Connection writer, long job, String text) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute(
          "select pg_advisory_xact_lock_shared(hashtextextended('matriarch.log', %d))"
              .formatted(job));
      statement.execute(
          "insert into job_log (job_id, stream, text) values (%d, 'info', '%s')"
              .formatted(job, text));
    }
  }
}
