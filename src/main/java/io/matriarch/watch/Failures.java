package io.matriarch.watch;

import io.matriarch.check.FailureAnalysis;
import io.matriarch.check.FailureAnalysis.Said;
import io.matriarch.check.FailureAnalysis.Verdict;
import io.matriarch.database.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Primaries that do not serve, while they do not, and who says so. */
@Component
public class Failures {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  Failures(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A primary that does not serve.
   *
   * @param since when the first look failed that no good one followed
   */
  public record Failure(
      long primaryId, FailureAnalysis analysis, Instant since, Instant lookedAt) {}

  /** Empty while the herd's primary serves, or was shut down cleanly. */
  public Optional<Failure> ofHerd(long herd) {
    return jdbc.sql(
            "select primary_id, verdict, summary, said::text as said, since, looked_at from failure where herd_id = :herd")
        .param("herd", herd)
        .query(
            (rs, n) ->
                new Failure(
                    rs.getLong("primary_id"),
                    new FailureAnalysis(
                        Verdict.valueOf(rs.getString("verdict").toUpperCase(Locale.ROOT)),
                        rs.getString("summary"),
                        JSON.readValue(rs.getString("said"), new TypeReference<List<Said>>() {})),
                    Objects.requireNonNull(Rows.instantOf(rs, "since")),
                    Objects.requireNonNull(Rows.instantOf(rs, "looked_at"))))
        .optional();
  }

  /** Whether the verdict is another than before. */
  boolean keep(long herd, long primary, FailureAnalysis found) {
    return jdbc.sql(
            """
            with before as (select verdict, primary_id from failure where herd_id = :herd),
            kept as (
              insert into failure as f (herd_id, primary_id, verdict, summary, said)
              values (:herd, :primary, :verdict, :summary, cast(:said as jsonb))
              on conflict (herd_id) do update
                 set since = case when f.primary_id = excluded.primary_id then f.since else now() end,
                     verdict_since = case when f.primary_id = excluded.primary_id and f.verdict = excluded.verdict
                                          then f.verdict_since else now() end,
                     primary_id = excluded.primary_id, verdict = excluded.verdict,
                     summary = excluded.summary, said = excluded.said, looked_at = now()
              returning 1)
            select not exists (select from before where verdict = :verdict and primary_id = :primary) from kept
            """)
        .param("herd", herd)
        .param("primary", primary)
        .param("verdict", found.verdict().word())
        .param("summary", found.summary())
        .param("said", JSON.writeValueAsString(found.said()))
        .query(Boolean.class)
        .single();
  }

  /** Whether there was one. */
  boolean forget(long herd) {
    return jdbc.sql("delete from failure where herd_id = :herd").param("herd", herd).update() > 0;
  }

  /** Those of primaries that nobody asks any more: others took over, or they are no more. */
  void forgetAllBut(List<Long> primaries) {
    jdbc.sql(
            """
            delete from failure f
             where f.primary_id <> all (:primaries)
               and not exists (select from herd_lock l where l.herd_id = f.herd_id)
            """)
        .param("primaries", primaries.toArray(Long[]::new))
        .update();
  }
}
