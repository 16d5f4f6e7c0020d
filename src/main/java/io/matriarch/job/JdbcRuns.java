package io.matriarch.job;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Outcome;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** {@link Runs} in our own database. */
final class JdbcRuns implements Runs {

  /** A reader of the log takes the lock that is shared here, so that numbers come in order. */
  private static final String WRITE =
      """
      with mine as (
        select run_id, job_id from run where run_id = :run and attempt = :attempt),
      marked as (
        update run_step s set state = m.state, message = m.message,
               started_at = case when m.state = 'RUNNING' then now() else s.started_at end,
               ended_at = case when m.state in ('SUCCEEDED', 'FAILED', 'SKIPPED') then now() end
        from mine, unnest(:kinds::text[], :ordinals::int[], :states::text[], :messages::text[])
                   as m (kind, ordinal, state, message)
        where s.run_id = mine.run_id and s.kind = m.kind and s.ordinal = m.ordinal
        returning 1),
      door as materialized (
        select pg_advisory_xact_lock_shared(hashtextextended('matriarch.log', job_id))::text from mine),
      logged as (
        insert into job_log (job_id, run_id, step, at, stream, source, text)
        select mine.job_id, mine.run_id, l.step, l.at, l.stream, l.source, l.text
        from mine, door,
             unnest(:steps::int[], :ats::timestamptz[], :streams::text[], :sources::text[], :texts::text[])
               with ordinality as l (step, at, stream, source, text, n)
        order by l.n)
      select (select count(*) from marked) as marks, j.cancelled_at is not null as cancelled,
             pg_notify('job', j.job_id::text)::text
      from job j join mine using (job_id)
      """;

  private static final String RECONCILE =
      """
      with mine as (
        select run_id, job_id from run where run_id = :run),
      door as materialized (
        select pg_advisory_xact_lock_shared(hashtextextended('matriarch.log', job_id))::text from mine),
      logged as (
        insert into job_log (job_id, run_id, step, at, stream, source, text)
        select mine.job_id, mine.run_id, l.step, l.at, l.stream, l.source, l.text
        from mine, door,
             (select null::int as step, :at::timestamptz as at, 'info' as stream, '' as source, :first as text, 0 as n
              union all
              select * from unnest(:steps::int[], :ats::timestamptz[], :streams::text[], :sources::text[], :texts::text[])
                with ordinality) as l
        order by l.n)
      select pg_notify('job', job_id::text)::text from mine
      """;

  private static final String EXPIRE =
      """
      update run r set state = 'REFUSED', ended_at = now(), message = case
        when j.not_after is null then
          format('Confirmed %s ago, and no console was there to run it in time; nothing was done. Confirm it again.',
                 date_trunc('second', now() - j.confirmed_at))
        else
          format('Its window closed at %s UTC before its turn came%s; nothing was done. Schedule it again.',
                 to_char(j.not_after at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
                 case when r.renewed_at < j.not_after - make_interval(secs => :renewed)
                      then ', and no console was there to begin it' else '' end)
        end
      from job j where j.job_id = r.job_id and r.state = 'QUEUED' and
      """
          + RunClaims.OVERDUE
          + " returning r.run_id, r.audit_id, r.message";

  private static final String CANCEL_AFTER_CANARY =
      """
      update run r set state = 'CANCELLED', ended_at = now(),
             message = format('Not begun: the canary %s did not succeed (%s).', c.target_name, lower(replace(c.state, '_', ', ')))
      from job j cross join lateral (
        select target_name, state from run
        where job_id = j.job_id and wave = 1 and state not in ('QUEUED', 'RUNNING', 'SUCCEEDED')
        order by ordinal limit 1) c
      where j.job_id = r.job_id and r.run_id in (
        select q.run_id from run q join job k using (job_id)
        where q.state = 'QUEUED' and k.canary is not null and (cast(:job as bigint) is null or k.job_id = :job)
        for update of q skip locked)
      returning r.audit_id
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;
  private final StepCodec codec;
  private final EngineLimits limits;
  private final RunClaims claims;

  JdbcRuns(
      JdbcTemplate template,
      TransactionTemplate transaction,
      Audit audit,
      StepCodec codec,
      EngineLimits limits,
      String node) {
    this.jdbc = JdbcClient.create(template);
    this.transaction = transaction;
    this.audit = audit;
    this.codec = codec;
    this.limits = limits;
    this.claims = new RunClaims(jdbc, transaction, codec, limits, node);
  }

  @Override
  public List<Owned> claim(int limit) {
    return claims.claim(limit);
  }

  @Override
  public List<Owned> takeOver(Set<Long> mine, boolean formerLife) {
    return claims.takeOver(mine, formerLife);
  }

  @Override
  public Set<Long> heartbeat(Collection<Owned> owned) {
    if (owned.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        jdbc.sql(
                """
                update run r set heartbeat = now()
                from unnest(:ids::bigint[], :attempts::int[]) as o (run_id, attempt)
                where r.run_id = o.run_id and r.attempt = o.attempt and r.state = 'RUNNING'
                returning r.run_id
                """)
            .param("ids", owned.stream().map(Owned::runId).toArray(Long[]::new))
            .param("attempts", owned.stream().map(Owned::attempt).toArray(Integer[]::new))
            .query(Long.class)
            .list());
  }

  @Override
  public void expireAndRenew() {
    transaction.executeWithoutResult(
        status -> {
          List<Map<String, Object>> expired =
              jdbc.sql(EXPIRE)
                  .param("confirmed", limits.confirmationHolds().toSeconds())
                  .param("renewed", limits.renewalHolds().toSeconds())
                  .query()
                  .listOfRows();
          for (Map<String, Object> row : expired) {
            outcome(row.get("audit_id"), RunState.REFUSED, String.valueOf(row.get("message")));
          }
          jdbc.sql(
                  """
                  update run set renewed_at = now()
                  where state = 'QUEUED' and renewed_at < now() - make_interval(secs => :every)
                  """)
              .param("every", limits.renewalHolds().toSeconds() / 3)
              .update();
          cancelAfterCanary(null);
        });
    closeJobs(null);
  }

  @Override
  public List<Stored> steps(long runId) {
    return jdbc.sql(
            "select kind, ordinal, state, message from run_step where run_id = :run order by kind, ordinal")
        .param("run", runId)
        .query(
            (rs, n) ->
                new Stored(
                    StepKind.valueOf(rs.getString("kind")),
                    rs.getInt("ordinal"),
                    StepState.valueOf(rs.getString("state")),
                    rs.getString("message")))
        .list();
  }

  @Override
  public boolean mark(Owned run, List<Mark> marks, List<Line> lines) {
    return write(run, marks, lines);
  }

  @Override
  public void append(Owned run, List<Line> lines) {
    if (!lines.isEmpty()) {
      write(run, List.of(), lines);
    }
  }

  @Override
  public void reconcile(long runId, int attempt, List<Line> lines) {
    jdbc.sql(RECONCILE)
        .param("run", runId)
        .param(
            "first",
            "Attempt %d did this while our own database did not answer:".formatted(attempt))
        .param("at", lines.getFirst().at().toString())
        .param("steps", lines.stream().map(Line::step).toArray(Integer[]::new))
        .param("ats", texts(lines, l -> l.at().toString()))
        .param("streams", texts(lines, l -> l.kind().name().toLowerCase(Locale.ROOT)))
        .param("sources", texts(lines, Line::source))
        .param("texts", texts(lines, Line::text))
        .query(String.class)
        .list();
  }

  /** One statement, so one round trip and one commit; answers whether the job was cancelled. */
  private boolean write(Owned run, List<Mark> marks, List<Line> lines) {
    record Written(long marks, boolean cancelled) {}
    Optional<Written> written =
        jdbc.sql(WRITE)
            .param("run", run.runId())
            .param("attempt", run.attempt())
            .param("kinds", texts(marks, m -> m.kind().name()))
            .param("ordinals", marks.stream().map(Mark::ordinal).toArray(Integer[]::new))
            .param("states", texts(marks, m -> m.state().name()))
            .param("messages", texts(marks, Mark::message))
            .param("steps", lines.stream().map(Line::step).toArray(Integer[]::new))
            .param("ats", texts(lines, l -> l.at().toString()))
            .param("streams", texts(lines, l -> l.kind().name().toLowerCase(Locale.ROOT)))
            .param("sources", texts(lines, Line::source))
            .param("texts", texts(lines, Line::text))
            .query((rs, n) -> new Written(rs.getLong("marks"), rs.getBoolean("cancelled")))
            .optional();
    if (written.isEmpty() || written.get().marks != marks.size()) {
      throw lost(run);
    }
    return written.get().cancelled;
  }

  private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> column) {
    @Nullable String[] texts = new @Nullable String[rows.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = column.apply(rows.get(i));
    }
    return texts;
  }

  private static void requireOwned(Owned run, int changed) {
    if (changed != 1) {
      throw lost(run);
    }
  }

  private static OwnershipLost lost(Owned run) {
    return new OwnershipLost(
        "run %d: attempt %d is no longer the current one".formatted(run.runId(), run.attempt()));
  }

  @Override
  public void passPoint(Owned run, List<Integer> awaited, List<Mark> marks, List<Line> lines) {
    transaction.executeWithoutResult(
        status -> {
          List<Long> intents =
              jdbc.sql(
                      "update run set past_point = true where run_id = :run and attempt = :attempt and state = 'RUNNING' returning audit_id")
                  .param("run", run.runId())
                  .param("attempt", run.attempt())
                  .query(Long.class)
                  .list();
          requireOwned(run, intents.size());
          announce(run, intents.getFirst(), awaited);
          write(run, marks, lines);
        });
  }

  private void announce(Owned run, @Nullable Long intent, List<Integer> awaited) {
    if (intent == null || awaited.isEmpty()) {
      return;
    }
    Map<Integer, Long> announced = audit.parts(intent, "step", awaited);
    jdbc.sql(
            """
            update run_step s set audit_id = a.id from unnest(:ordinals::int[], :ids::bigint[]) as a (ordinal, id)
            where s.run_id = :run and s.kind = 'STEP' and s.ordinal = a.ordinal
            """)
        .param("ordinals", announced.keySet().toArray(Integer[]::new))
        .param("ids", announced.values().toArray(Long[]::new))
        .param("run", run.runId())
        .update();
  }

  @Override
  public boolean tell(Owned run, StepKind kind, int ordinal, String what, long done, long total) {
    return jdbc.sql(
            """
            with mine as (
              select run_id, job_id from run where run_id = :run and attempt = :attempt),
            told as (
              update run_step s set progress = jsonb_build_object('what', :what::text, 'done', :done::bigint, 'total', :total::bigint, 'at', now())
                || case when s.progress ->> 'what' = :what then jsonb_build_object('since', s.progress -> 'since', 'from', s.progress -> 'from')
                        else jsonb_build_object('since', now(), 'from', :done::bigint) end
              from mine where s.run_id = mine.run_id and s.kind = :kind and s.ordinal = :ordinal
              returning 1)
            select j.cancelled_at is not null, pg_notify('job', j.job_id::text)::text, (select count(*) from told)
            from job j join mine using (job_id)
            """)
        .param("run", run.runId())
        .param("attempt", run.attempt())
        .param("kind", kind.name())
        .param("ordinal", ordinal)
        .param("what", what)
        .param("done", done)
        .param("total", total)
        .query((rs, n) -> rs.getBoolean(1))
        .optional()
        .orElseThrow(() -> lost(run));
  }

  @Override
  public void keepProof(Owned run, StepKind kind, int ordinal, String name, String value) {
    requireOwned(
        run,
        jdbc.sql(
                """
                update run_step s set proof = coalesce(s.proof, '{}') || jsonb_build_object(:name::text, :value::text)
                from run r where r.run_id = s.run_id and r.run_id = :run and r.attempt = :attempt
                  and s.kind = :kind and s.ordinal = :ordinal
                """)
            .param("name", name)
            .param("value", value)
            .param("run", run.runId())
            .param("attempt", run.attempt())
            .param("kind", kind.name())
            .param("ordinal", ordinal)
            .update());
  }

  @Override
  public Optional<String> findProof(long runId, String name) {
    return jdbc.sql(
            """
            select proof ->> :name from run_step where run_id = :run and proof ? :name::text
            order by ended_at desc nulls first, ordinal desc limit 1
            """
                .replace("proof ? :name::text", "jsonb_exists(proof, :name)"))
        .param("name", name)
        .param("run", runId)
        .query(String.class)
        .optional();
  }

  @Override
  public void end(
      Owned run,
      RunState state,
      String message,
      List<String> remainder,
      List<Mark> marks,
      List<Line> lines) {
    transaction.executeWithoutResult(
        status -> {
          List<Long> auditIds =
              jdbc.sql(
                      """
                      with unlocked as (delete from herd_lock where run_id = :run)
                      update run set state = :state, message = :message, ended_at = now(),
                             remainder = case when :remainder = '[]' then null else :remainder::jsonb end
                      where run_id = :run and attempt = :attempt and state = 'RUNNING' returning audit_id
                      """)
                  .param("state", state.name())
                  .param("message", message.isEmpty() ? null : message)
                  .param("remainder", codec.json(remainder))
                  .param("run", run.runId())
                  .param("attempt", run.attempt())
                  .query(Long.class)
                  .list();
          requireOwned(run, auditIds.size());
          write(run, marks, lines);
          outcome(auditIds.getFirst(), state, message);
          outcomesOfParts(run);
          if (state.hasFailed()) {
            stopAfterFailures(run.jobId());
          }
          if (state != RunState.SUCCEEDED) {
            cancelAfterCanary(run.jobId());
          }
        });
    closeJobs(run.jobId());
  }

  private void outcome(@Nullable Object auditId, RunState state, String message) {
    if (auditId instanceof Long id) {
      audit.outcome(
          id,
          Outcome.valueOf(state.name()),
          message.isEmpty() ? Map.of() : Map.of("message", message));
    }
  }

  private void outcomesOfParts(Owned run) {
    record Part(long id, StepState state, @Nullable String message) {}
    List<Part> parts =
        jdbc.sql(
                "select audit_id, state, message from run_step where run_id = :run and audit_id is not null order by ordinal")
            .param("run", run.runId())
            .query(
                (rs, n) ->
                    new Part(
                        rs.getLong("audit_id"),
                        StepState.valueOf(rs.getString("state")),
                        rs.getString("message")))
            .list();
    for (Part part : parts) {
      Outcome outcome =
          switch (part.state) {
            case SUCCEEDED -> Outcome.SUCCEEDED;
            case FAILED, RUNNING -> Outcome.FAILED;
            case SKIPPED, PENDING -> Outcome.CANCELLED;
          };
      audit.outcome(
          part.id, outcome, part.message == null ? Map.of() : Map.of("message", part.message));
    }
  }

  private void stopAfterFailures(long jobId) {
    List<Long> cancelled =
        jdbc.sql(
                """
                update run r set state = 'CANCELLED', ended_at = now(),
                       message = 'Not begun: the job was to stop after ' || j.stop_after || ' failures.'
                from job j where j.job_id = r.job_id and r.job_id = :job and r.state = 'QUEUED' and j.stop_after is not null
                  and j.stop_after <= (select count(*) from run f where f.job_id = :job and f.state in ('FAILED', 'FAILED_UNCLEAN', 'INTERRUPTED'))
                returning r.audit_id
                """)
            .param("job", jobId)
            .query(Long.class)
            .list();
    cancelled.forEach(id -> outcome(id, RunState.CANCELLED, "stopped after failures"));
  }

  /** Rows that somebody else holds at this moment are left to the next upkeep; none begins. */
  private void cancelAfterCanary(@Nullable Long jobId) {
    jdbc.sql(CANCEL_AFTER_CANARY)
        .param("job", jobId)
        .query(Long.class)
        .list()
        .forEach(id -> outcome(id, RunState.CANCELLED, "a canary did not succeed"));
  }

  /** Ends jobs that have no run left to do; after the run's own commit, so that none is missed. */
  void closeJobs(@Nullable Long jobId) {
    jdbc.sql(
            """
            with closed as (
              update job j set ended_at = now(),
                     state = (select r.state from run r where r.job_id = j.job_id
                              order by array_position(array['SUCCEEDED','CANCELLED','REFUSED','INTERRUPTED','FAILED','FAILED_UNCLEAN'], r.state) desc limit 1)
              where j.state in ('QUEUED', 'RUNNING') and (cast(:job as bigint) is null or j.job_id = :job)
                and not exists (select 1 from run r where r.job_id = j.job_id and r.state in ('QUEUED', 'RUNNING'))
              returning j.job_id)
            select pg_notify('job', job_id::text)::text from closed
            """)
        .param("job", jobId)
        .query(String.class)
        .list();
  }
}
