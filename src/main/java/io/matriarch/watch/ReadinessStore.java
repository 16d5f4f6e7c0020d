package io.matriarch.watch;

import io.matriarch.check.Check;
import io.matriarch.inventory.Lsn;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Fork;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Table {@code readiness}, and what our own database adds to a look. */
@Component
class ReadinessStore {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  ReadinessStore(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** One candidate, in its place by rule. */
  record Row(@Nullable Long candidate, List<Check> checks, Instant at) {
    List<String> reasons() {
      return checks.stream().filter(Check::hasFailed).map(c -> c.name() + ": " + c.seen()).toList();
    }
  }

  void keep(long herd, List<Row> rows) {
    transaction.executeWithoutResult(
        status -> {
          // A herd may be gone by now, and two consoles may have looked at once.
          if (jdbc.sql("select 1 from herd where herd_id = :herd for update")
              .param("herd", herd)
              .query(Integer.class)
              .optional()
              .isEmpty()) {
            return;
          }
          jdbc.sql("delete from readiness where herd_id = :herd").param("herd", herd).update();
          for (int place = 1; place <= rows.size(); place++) {
            insert(herd, place, rows.get(place - 1));
          }
          jdbc.sql("select pg_notify('readiness', :herd)")
              .param("herd", Long.toString(herd))
              .query((rs, n) -> n)
              .list();
        });
  }

  private void insert(long herd, int place, Row row) {
    List<String> reasons = row.reasons();
    jdbc.sql(
            """
            insert into readiness (herd_id, place, instance_id, ready, reasons, checks, at)
            select :herd, :place, :candidate, :ready, :reasons, :checks::jsonb, :at
             where :candidate::bigint is null or exists (select from instance where instance_id = :candidate)
            """)
        .param("herd", herd)
        .param("place", place)
        .param("candidate", row.candidate(), java.sql.Types.BIGINT)
        .param("ready", reasons.isEmpty())
        .param("reasons", reasons.toArray(String[]::new))
        .param("checks", JSON.writeValueAsString(row.checks()))
        .param("at", java.sql.Timestamp.from(row.at()))
        .update();
  }

  void keepWays(long herd, Connectivity seen) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(
                  """
                  insert into herd_connectivity (herd_id, ways, members, at)
                  select herd_id, :ways::jsonb, :members, :at from herd where herd_id = :herd
                  on conflict (herd_id) do update
                    set ways = excluded.ways, members = excluded.members, at = excluded.at
                  """)
              .param("herd", herd)
              .param("ways", JSON.writeValueAsString(seen.ways()))
              .param("members", seen.members())
              .param("at", java.sql.Timestamp.from(seen.at()))
              .update();
          jdbc.sql("select pg_notify('readiness', :herd)")
              .param("herd", Long.toString(herd))
              .query((rs, n) -> n)
              .list();
        });
  }

  /** The timelines of a herd's primary; nothing is changed if it does not tell them. */
  void keepHistory(long herd, @Nullable ReadinessFacts primary) {
    if (primary == null || !Boolean.FALSE.equals(primary.inRecovery())) {
      return;
    }
    Integer timeline = primary.timeline();
    List<Fork> forks = primary.history();
    if (timeline == null || forks == null) {
      return;
    }
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("delete from herd_timeline where herd_id = :herd").param("herd", herd).update();
          forks.forEach(f -> fork(herd, f.timeline(), new Lsn(f.end()).toString()));
          fork(herd, timeline, null);
        });
  }

  private void fork(long herd, int timeline, @Nullable String fork) {
    jdbc.sql(
            """
            insert into herd_timeline (herd_id, timeline, forked_at)
            select herd_id, :timeline, :fork::pg_lsn from herd where herd_id = :herd
            on conflict (herd_id, timeline) do update set forked_at = excluded.forked_at, at = now()
            """)
        .param("herd", herd)
        .param("timeline", timeline)
        .param("fork", fork, java.sql.Types.VARCHAR)
        .update();
  }

  /** Of the database that holds our own records. */
  String ownIdentifier() {
    return jdbc.sql("select system_identifier::text from pg_control_system()")
        .query(String.class)
        .single();
  }

  /** What holds the herd's lock now; null if nothing does. */
  @Nullable String busy(long herd) {
    Optional<String> job =
        jdbc.sql(
                """
                select format('job %s: %s', r.job_id, j.label)
                  from herd_lock l join run r using (run_id) join job j using (job_id)
                 where l.herd_id = :herd
                """)
            .param("herd", herd)
            .query(String.class)
            .optional();
    return job.orElse(null);
  }
}
