package io.matriarch.job;

import static io.matriarch.database.Listing.Type.BOOLEAN;
import static io.matriarch.database.Listing.Type.INSTANT;
import static io.matriarch.database.Listing.Type.NUMBER;
import static io.matriarch.database.Listing.Type.TEXT;

import io.matriarch.database.Listing;
import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads jobs, runs and steps. */
@Component
public class JobQueries {

  private final JdbcClient jdbc;
  private final StepCodec codec;
  private final Listing<JobRow> jobs;

  JobQueries(JdbcClient jdbc, StepCodec codec) {
    this.jdbc = jdbc;
    this.codec = codec;
    jobs =
        new Listing<>(jdbc, "v_job", "job_id", JobQueries::job)
            .column("id", "job_id", NUMBER)
            .column("action", "action", TEXT)
            .column("label", "label", TEXT)
            .column("state", "state", TEXT)
            .column("requestedBy", "requested_by", TEXT)
            .column("origin", "origin", TEXT)
            .column("confirmedAt", "confirmed_at", INSTANT)
            .column("endedAt", "ended_at", INSTANT)
            .column("notBefore", "not_before", INSTANT)
            .column("notAfter", "not_after", INSTANT)
            .column("scheduled", "scheduled", BOOLEAN)
            .column("runs", "runs", NUMBER)
            .column("failed", "failed", NUMBER)
            .searching("label", "action", "requested_by", "job_id")
            .orderedBy("job_id desc");
  }

  public Listing<JobRow> jobs() {
    return jobs;
  }

  public Optional<JobRow> job(long jobId) {
    return jobs.byKey(jobId);
  }

  /** The runs of a job in the order of its targets. */
  public List<RunRow> runs(long jobId) {
    return jdbc.sql("select * from v_run where job_id = :job order by ordinal")
        .param("job", jobId)
        .query(this::run)
        .list();
  }

  /** The latest runs on a target, newest first. */
  public List<RunRow> runsOn(Target target, int limit) {
    return jdbc.sql(
            """
            select * from v_run where target_kind = :kind and target_id = :id
            order by run_id desc limit :limit
            """)
        .param("kind", target.kind().name())
        .param("id", target.id())
        .param("limit", limit)
        .query(this::run)
        .list();
  }

  /** The latest runs that touched a herd or one of its members, newest first. */
  public List<RunRow> runsOfHerd(long herdId, int limit) {
    return jdbc.sql("select * from v_run where herd_id = :id order by run_id desc limit :limit")
        .param("id", herdId)
        .param("limit", limit)
        .query(this::run)
        .list();
  }

  /** Jobs that change something in a herd and whose window has yet to open, the next one first. */
  public List<JobRow> scheduledOn(long herdId) {
    return jdbc.sql(
            """
            select * from v_job j
            where scheduled and exists (
              select from run r where r.job_id = j.job_id and r.herd_id = :id and r.locks and r.state = 'QUEUED')
            order by not_before, job_id
            """)
        .param("id", herdId)
        .query(JobQueries::job)
        .list();
  }

  /** All steps and cleanups of a job's runs, or of one run when it is named. */
  public List<StepRow> steps(long jobId, @Nullable Long runId) {
    return jdbc.sql(
            """
            select s.* from run_step s join run r using (run_id)
            where r.job_id = :job and (cast(:run as bigint) is null or s.run_id = :run)
            order by s.run_id, array_position(array['STEP','ON_FAILURE','ALWAYS','LAST'], s.kind), s.ordinal
            """)
        .param("job", jobId)
        .param("run", runId)
        .query(this::step)
        .list();
  }

  private static JobRow job(ResultSet rs, int n) throws SQLException {
    return new JobRow(
        rs.getLong("job_id"),
        rs.getString("action"),
        rs.getString("label"),
        RunState.valueOf(rs.getString("state")),
        rs.getString("requested_by"),
        rs.getString("origin"),
        rs.getTimestamp("confirmed_at").toInstant(),
        Rows.instantOf(rs, "started_at"),
        Rows.instantOf(rs, "ended_at"),
        Rows.instantOf(rs, "cancelled_at"),
        rs.getString("cancelled_by"),
        Rows.longOf(rs, "retry_of"),
        rs.getInt("parallelism"),
        Rows.intOf(rs, "stop_after"),
        rs.getString("plan_hash"),
        rs.getString("options"),
        rs.getLong("runs"),
        rs.getLong("queued"),
        rs.getLong("running"),
        rs.getLong("succeeded"),
        rs.getLong("failed"),
        rs.getLong("cancelled"),
        new Window(Rows.instantOf(rs, "not_before"), Rows.instantOf(rs, "not_after")),
        new Waves(
            Rows.intOf(rs, "canary"),
            Rows.intOf(rs, "wave_size"),
            Rows.durationOf(rs, "wave_pause"),
            rs.getBoolean("by_priority")),
        rs.getBoolean("scheduled"));
  }

  private RunRow run(ResultSet rs, int n) throws SQLException {
    String remainder = rs.getString("remainder");
    return new RunRow(
        rs.getLong("run_id"),
        rs.getLong("job_id"),
        rs.getInt("ordinal"),
        new Target(TargetKind.valueOf(rs.getString("target_kind")), rs.getLong("target_id")),
        rs.getString("target_name"),
        Rows.longOf(rs, "herd_id"),
        RunState.valueOf(rs.getString("state")),
        rs.getInt("attempt"),
        rs.getString("node"),
        rs.getBoolean("past_point"),
        rs.getString("message"),
        remainder == null ? List.of() : List.of(codec.object(remainder, String[].class)),
        Rows.instantOf(rs, "started_at"),
        Rows.instantOf(rs, "ended_at"),
        rs.getInt("steps"),
        rs.getInt("steps_done"),
        rs.getString("current_step"),
        Rows.intOf(rs, "wave"),
        Rows.longOf(rs, "held_by"));
  }

  private StepRow step(ResultSet rs, int n) throws SQLException {
    String progress = rs.getString("progress");
    return new StepRow(
        rs.getLong("run_id"),
        StepKind.valueOf(rs.getString("kind")),
        rs.getInt("ordinal"),
        rs.getString("describe"),
        List.of(codec.object(rs.getString("commands"), Step.HostCommand[].class)),
        StepState.valueOf(rs.getString("state")),
        rs.getString("message"),
        Rows.instantOf(rs, "started_at"),
        Rows.instantOf(rs, "ended_at"),
        progress == null ? null : codec.object(progress, ByteProgress.class));
  }
}
