package io.matriarch.job;

import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the log of jobs. Runs write side by side, so a line could be committed after one with a
 * higher number; writers share a lock that a reader takes for himself, so what he has not seen will
 * have a higher number than what he has.
 */
@Component
public class JobLog {

  private static final int TRIES = 4;
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String COLUMNS = "seq, at, run_id, step, stream, source, text";
  private static final String FILTER =
      """
      job_id = :job and (cast(:run as bigint) is null or run_id = :run)
        and (:text = '' or strpos(lower(text), lower(:text)) > 0)
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  JobLog(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * Lines after a sequence number, oldest first. Nothing if a writer holds them up, which passes.
   *
   * @param runId only lines of this run; null for all
   * @param text only lines that contain it; empty for all
   */
  public Optional<List<LogLine>> after(
      long jobId, long after, @Nullable Long runId, String text, int limit) {
    return read(
        "select %s from job_log where %s and seq > :after order by seq limit :limit"
            .formatted(COLUMNS, FILTER),
        jobId,
        after,
        runId,
        text,
        limit);
  }

  /** The last lines, oldest first, of a run or with a text as {@link #after}; nothing as there. */
  public Optional<List<LogLine>> last(long jobId, @Nullable Long runId, String text, int limit) {
    return read(
        "select * from (select %s from job_log where %s and seq > :after order by seq desc limit :limit) last order by seq"
            .formatted(COLUMNS, FILTER),
        jobId,
        0,
        runId,
        text,
        limit);
  }

  private Optional<List<LogLine>> read(
      String sql, long jobId, long after, @Nullable Long runId, String text, int limit) {
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        return Optional.ofNullable(
            transaction.execute(
                status -> {
                  waitForWriters(jobId);
                  return jdbc.sql(sql)
                      .param("job", jobId)
                      .param("after", after)
                      .param("run", runId)
                      .param("text", text)
                      .param("limit", limit)
                      .query(JobLog::line)
                      .list();
                }));
      } catch (DataAccessException e) {
        if (!isHeldUp(e)) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  /** New writers queue behind a waiting reader, so he must not wait long for a frozen one. */
  private void waitForWriters(long jobId) {
    jdbc.sql("select set_config('lock_timeout', '250ms', true)").query(String.class).single();
    jdbc.sql("select pg_advisory_xact_lock(hashtextextended('matriarch.log', :job))::text")
        .param("job", jobId)
        .query(String.class)
        .single();
  }

  private static boolean isHeldUp(DataAccessException e) {
    return e.getMostSpecificCause() instanceof SQLException cause
        && LOCK_NOT_AVAILABLE.equals(cause.getSQLState());
  }

  private static LogLine line(ResultSet rs, int n) throws SQLException {
    return new LogLine(
        rs.getLong("seq"),
        rs.getTimestamp("at").toInstant(),
        Rows.longOf(rs, "run_id"),
        Rows.intOf(rs, "step"),
        rs.getString("stream"),
        rs.getString("source"),
        rs.getString("text"));
  }
}
