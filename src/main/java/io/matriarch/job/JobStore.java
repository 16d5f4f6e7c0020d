package io.matriarch.job;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Outcome;
import io.matriarch.check.Check;
import io.matriarch.database.Rows;
import io.matriarch.security.Actor;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes confirmed jobs; always inside the transaction of {@link Jobs}. */
@Component
class JobStore {

  private final JdbcClient jdbc;
  private final JdbcTemplate template;
  private final StepCodec codec;
  private final Audit audit;

  JobStore(JdbcTemplate template, StepCodec codec, Audit audit) {
    this.jdbc = JdbcClient.create(template);
    this.template = template;
    this.codec = codec;
    this.audit = audit;
  }

  /**
   * An unfinished job that changes something in a herd.
   *
   * @param notBefore when it begins, if that is to come: until then it holds nothing
   */
  record Holder(long jobId, String label, String requestedBy, @Nullable Instant notBefore) {

    /**
     * @param later whether what is asked for waits for a window too: who is in its way is known
     *     then only
     */
    Check check(boolean later) {
      if (notBefore != null) {
        return Check.warning(
            "no job scheduled on this herd",
            "%s (job %d, by %s) is scheduled for %s"
                .formatted(label, jobId, requestedBy, MINUTE.format(notBefore)),
            "If this changes what that job would do, that job is refused at its time; cancel it or choose another time.");
      }
      String seen = "job %d (%s, by %s) has not ended".formatted(jobId, label, requestedBy);
      return later
          ? Check.warning(
              "no other job on this herd", seen, "It must have ended when the window opens.")
          : Check.failed(
              "no other job on this herd", seen, "Wait for job %d or cancel it.".formatted(jobId));
    }
  }

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  Instant now() {
    return jdbc.sql("select now()").query(Timestamp.class).single().toInstant();
  }

  Map<Long, List<Holder>> holders(Set<Long> herds) {
    Map<Long, List<Holder>> holders = new HashMap<>();
    jdbc.sql(
            """
            select distinct r.herd_id, j.job_id, j.label, j.requested_by,
                   case when j.not_before > now() then j.not_before end as not_before
            from run r join job j using (job_id)
            where r.state in ('QUEUED', 'RUNNING') and r.locks and r.herd_id = any(:herds)
            order by not_before nulls first, j.job_id
            """)
        .param("herds", herds.toArray(Long[]::new))
        .query(
            rs -> {
              holders
                  .computeIfAbsent(rs.getLong("herd_id"), id -> new ArrayList<>())
                  .add(
                      new Holder(
                          rs.getLong("job_id"),
                          rs.getString("label"),
                          rs.getString("requested_by"),
                          Rows.instantOf(rs, "not_before")));
            });
    return holders;
  }

  /** The job that this key made before. */
  Optional<Long> byKey(Actor actor, @Nullable String key, String requestHash) {
    if (key == null) {
      return Optional.empty();
    }
    jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:key, 1))")
        .param("key", actor.name() + "\n" + key)
        .query()
        .singleRow();
    Optional<Map<String, Object>> found =
        jdbc
            .sql(
                "select job_id, request_hash from job where requested_by = :by and idempotency_key = :key")
            .param("by", actor.name())
            .param("key", key)
            .query()
            .listOfRows()
            .stream()
            .findFirst();
    if (found.isPresent() && !requestHash.equals(found.get().get("request_hash"))) {
      throw new InvalidRequest(
          "the idempotency key was used before for another request (job %s)"
              .formatted(found.get().get("job_id")));
    }
    return found.map(row -> (Long) row.get("job_id"));
  }

  long insertJob(
      JobRequest request,
      Action action,
      Options options,
      String hash,
      String requestHash,
      Actor actor,
      @Nullable Long retryOf) {
    return jdbc.sql(
            """
            insert into job (action, label, options, parallelism, stop_after, plan_hash, requested_by, requested_role,
                             origin, retry_of, idempotency_key, request_hash,
                             not_before, not_after, canary, wave_size, wave_pause, by_priority)
            values (:action, :label, :options::jsonb, :parallelism, :stopAfter, :hash, :by, :role,
                    :origin, :retryOf, :key, :requestHash,
                    :notBefore, :notAfter, :canary, :waveSize, make_interval(secs => :wavePause), :byPriority)
            returning job_id
            """)
        .param("action", action.name().value())
        .param("label", label(action, request.targets()))
        .param("options", codec.json(options))
        .param("parallelism", request.parallelism())
        .param("stopAfter", request.stopAfter())
        .param("hash", hash)
        .param("by", actor.name())
        .param("role", actor.role().stored())
        .param("origin", actor.origin().stored())
        .param("retryOf", retryOf)
        .param("key", request.idempotencyKey())
        .param("requestHash", requestHash)
        .param("notBefore", timestamp(request.window().notBefore()), Types.TIMESTAMP)
        .param("notAfter", timestamp(request.window().notAfter()), Types.TIMESTAMP)
        .param("canary", request.waves().canary(), Types.INTEGER)
        .param("waveSize", request.waves().size(), Types.INTEGER)
        .param("wavePause", seconds(request.waves().pause()), Types.DOUBLE)
        .param("byPriority", request.waves().byPriority())
        .query(Long.class)
        .single();
  }

  private static @Nullable Timestamp timestamp(@Nullable Instant at) {
    return at == null ? null : Timestamp.from(at);
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : (double) duration.toSeconds();
  }

  private static String label(Action action, List<Target> targets) {
    TargetKind kind = targets.getFirst().kind();
    String noun = kind.name().toLowerCase(Locale.ROOT);
    return "%s %d %s"
        .formatted(action.label(), targets.size(), targets.size() == 1 ? noun : noun + "s");
  }

  void insertRuns(
      long job,
      Action action,
      List<Jobs.Planned> targets,
      List<Long> intents,
      Map<Target, Long> retried) {
    List<Long> ids =
        jdbc.sql(
                "select nextval(pg_get_serial_sequence('matriarch.run', 'run_id')) from generate_series(1, :n)")
            .param("n", targets.size())
            .query(Long.class)
            .list();
    batch(
        """
        insert into run (run_id, job_id, ordinal, target_kind, target_id, target_name, herd_id, environment_id, locks,
                         audit_id, state, plan, plan_hash, checks, message, retry_of, wave, ended_at)
        overriding system value
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?::jsonb, ?, ?, ?, case when ? then now() end)
        """,
        targets.size(),
        (statement, i) ->
            run(statement, job, i, ids.get(i), action, targets.get(i), intents.get(i), retried));
    List<Object[]> steps = new ArrayList<>();
    List<Object[]> servers = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      Plan plan = targets.get(i).plan();
      if (plan != null) {
        long run = ids.get(i);
        steps.addAll(steps(run, plan));
        serversOf(plan).forEach(s -> servers.add(new Object[] {run, s}));
      } else {
        audit.outcome(intents.get(i), Outcome.REFUSED, Map.of());
      }
    }
    template.batchUpdate(
        "insert into run_step (run_id, kind, ordinal, type, step, describe, commands) values (?, ?, ?, ?, ?::jsonb, ?, ?::jsonb)",
        steps);
    template.batchUpdate("insert into run_server (run_id, server_id) values (?, ?)", servers);
    closeIfAllRefused(job);
    jdbc.sql("select pg_notify('job', :job)").param("job", String.valueOf(job)).query().singleRow();
  }

  private void run(
      PreparedStatement statement,
      long job,
      int i,
      long id,
      Action action,
      Jobs.Planned target,
      long intent,
      Map<Target, Long> retried)
      throws SQLException {
    Preview.TargetPreview preview = target.preview();
    boolean refused = target.plan() == null;
    int at = 1;
    statement.setLong(at++, id);
    statement.setLong(at++, job);
    statement.setInt(at++, i);
    statement.setString(at++, preview.target().kind().name());
    statement.setLong(at++, preview.target().id());
    statement.setString(at++, preview.name());
    statement.setObject(at++, target.herdId(), Types.BIGINT);
    statement.setObject(at++, preview.environmentId(), Types.BIGINT);
    statement.setBoolean(at++, action.mutates() && target.herdId() != null);
    statement.setLong(at++, intent);
    statement.setString(at++, refused ? RunState.REFUSED.name() : RunState.QUEUED.name());
    statement.setString(at++, target.plan() == null ? "{}" : codec.write(target.plan()));
    statement.setString(at++, preview.planHash());
    statement.setString(at++, codec.json(preview.checks()));
    statement.setString(at++, refused ? refusal(preview.checks()) : null);
    statement.setObject(at++, retried.get(preview.target()), Types.BIGINT);
    statement.setObject(at++, preview.wave(), Types.INTEGER);
    statement.setBoolean(at, refused);
  }

  private static String refusal(Collection<Check> checks) {
    return checks.stream()
        .filter(Check::hasFailed)
        .map(c -> c.name() + ": " + c.seen() + ". " + c.remedy())
        .reduce((a, b) -> a + " " + b)
        .orElse("");
  }

  private List<Object[]> steps(long run, Plan plan) {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < plan.entries().size(); i++) {
      Plan.Entry entry = plan.entries().get(i);
      add(rows, run, StepKind.STEP, i, entry.step());
      add(rows, run, StepKind.ALWAYS, i, entry.always());
      add(rows, run, StepKind.ON_FAILURE, i, entry.onFailure());
    }
    add(rows, run, StepKind.LAST, 0, plan.last());
    return rows;
  }

  private void add(List<Object[]> rows, long run, StepKind kind, int ordinal, @Nullable Step step) {
    if (step != null) {
      rows.add(
          new Object[] {
            run,
            kind.name(),
            ordinal,
            codec.typeOf(step),
            codec.text(step),
            step.describe(),
            codec.json(step.commands())
          });
    }
  }

  private static Set<Long> serversOf(Plan plan) {
    Set<Long> servers = new TreeSet<>();
    for (Plan.Entry entry : plan.entries()) {
      servers.addAll(entry.step().servers());
      if (entry.always() != null) {
        servers.addAll(entry.always().servers());
      }
      if (entry.onFailure() != null) {
        servers.addAll(entry.onFailure().servers());
      }
    }
    return servers;
  }

  private void closeIfAllRefused(long job) {
    jdbc.sql(
            """
            update job set state = 'REFUSED', ended_at = now() where job_id = :job
              and not exists (select 1 from run where job_id = :job and state <> 'REFUSED')
            """)
        .param("job", job)
        .update();
  }

  void cancel(long job, String by) {
    jdbc.sql(
            "update job set cancelled_at = now(), cancelled_by = :by where job_id = :job and cancelled_at is null")
        .param("job", job)
        .param("by", by)
        .update();
    List<Long> intents =
        jdbc.sql(
                """
                update run set state = 'CANCELLED', ended_at = now(), message = 'Cancelled before it began; nothing was done.'
                where job_id = :job and state = 'QUEUED' returning audit_id
                """)
            .param("job", job)
            .query(Long.class)
            .list();
    intents.forEach(id -> audit.outcome(id, Outcome.CANCELLED, Map.of()));
    jdbc.sql("select pg_notify('job', :job)").param("job", String.valueOf(job)).query().singleRow();
  }

  private interface Row {
    void set(PreparedStatement statement, int i) throws SQLException;
  }

  private void batch(String sql, int rows, Row row) {
    template.batchUpdate(
        sql,
        new org.springframework.jdbc.core.BatchPreparedStatementSetter() {
          @Override
          public void setValues(PreparedStatement statement, int i) throws SQLException {
            row.set(statement, i);
          }

          @Override
          public int getBatchSize() {
            return rows;
          }
        });
  }
}
