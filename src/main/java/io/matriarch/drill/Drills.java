package io.matriarch.drill;

import static io.matriarch.database.Listing.Type.INSTANT;
import static io.matriarch.database.Listing.Type.NUMBER;
import static io.matriarch.database.Listing.Type.TEXT;

import io.matriarch.database.Listing;
import io.matriarch.database.Rows;
import io.matriarch.job.RunState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads drills and what they measured. */
@Component
public class Drills {

  private final JdbcClient jdbc;
  private final Listing<DrillJobRow> jobs;
  private final Listing<DrillRow> herds;

  Drills(JdbcClient jdbc) {
    this.jdbc = jdbc;
    jobs =
        new Listing<>(jdbc, "v_drill_job", "job_id", Drills::job)
            .column("id", "job_id", NUMBER)
            .column("state", "state", TEXT)
            .column("requestedBy", "requested_by", TEXT)
            .column("confirmedAt", "confirmed_at", INSTANT)
            .column("environments", "environments", TEXT)
            .column("herds", "herds", NUMBER)
            .column("stallMillis", "stall_ms", NUMBER)
            .column("failed", "failed", NUMBER)
            .column("endedAt", "ended_at", INSTANT)
            .searching("requested_by", "environments", "first_herd", "job_id")
            .orderedBy("job_id desc");
    herds =
        new Listing<>(jdbc, "v_drill", "run_id", Drills::herd)
            .column("id", "run_id", NUMBER)
            .column("jobId", "job_id", NUMBER)
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("environment", "environment", TEXT)
            .column("home", "home_server", TEXT)
            .column("dr", "dr_server", TEXT)
            .column("state", "state", TEXT)
            .column("stallMillis", "stall_ms", NUMBER)
            .column("objectiveMillis", "objective_ms", NUMBER)
            .column("failed", "failed", NUMBER)
            .column("outStall", "coalesce(out_felt_ms, out_down_ms)", NUMBER)
            .column("backStall", "coalesce(back_felt_ms, back_down_ms)", NUMBER)
            .searching("herd", "environment", "home_server", "dr_server")
            .orderedBy("environment, herd");
  }

  /** One row a drill. */
  public Listing<DrillJobRow> jobs() {
    return jobs;
  }

  /** One row a drill and herd; filter {@code jobId} for those of one drill. */
  public Listing<DrillRow> herds() {
    return herds;
  }

  public Optional<DrillJobRow> job(long jobId) {
    return jobs.byKey(jobId);
  }

  /** The herds of a drill, by environment and name. */
  public List<DrillRow> of(long jobId) {
    return jdbc.sql("select * from v_drill where job_id = :job order by environment, herd")
        .param("job", jobId)
        .query(Drills::herd)
        .list();
  }

  private static DrillJobRow job(ResultSet rs, int n) throws SQLException {
    return new DrillJobRow(
        rs.getLong("job_id"),
        rs.getString("requested_by"),
        rs.getTimestamp("confirmed_at").toInstant(),
        rs.getBoolean("scheduled"),
        Rows.instantOf(rs, "not_before"),
        rs.getString("environments"),
        rs.getString("first_herd"),
        rs.getLong("herds"),
        rs.getLong("passed"),
        rs.getLong("missed"),
        rs.getLong("failed_herds"),
        DrillState.of(rs.getString("state")),
        Rows.longOf(rs, "stall_ms"),
        Rows.longOf(rs, "objective_ms"),
        Rows.longOf(rs, "failed"),
        Rows.instantOf(rs, "ended_at"));
  }

  private static DrillRow herd(ResultSet rs, int n) throws SQLException {
    return new DrillRow(
        rs.getLong("run_id"),
        rs.getLong("job_id"),
        rs.getLong("herd_id"),
        rs.getString("herd"),
        rs.getString("environment"),
        rs.getString("requested_by"),
        rs.getTimestamp("confirmed_at").toInstant(),
        rs.getString("home_server"),
        rs.getString("dr_server"),
        Rows.longOf(rs, "objective_ms"),
        Rows.instantOf(rs, "due_at"),
        rs.getString("note"),
        DrillState.of(rs.getString("state")),
        Rows.longOf(rs, "stall_ms"),
        rs.getBoolean("probed"),
        Rows.longOf(rs, "failed"),
        leg(rs, "out_", rs.getLong("run_id"), rs.getLong("job_id")),
        back(rs));
  }

  private static @Nullable DrillLeg back(ResultSet rs) throws SQLException {
    Long run = Rows.longOf(rs, "back_run_id");
    return run == null ? null : leg(rs, "back_", run, rs.getLong("back_job_id"));
  }

  private static DrillLeg leg(ResultSet rs, String way, long run, long job) throws SQLException {
    return new DrillLeg(
        run,
        job,
        RunState.valueOf(rs.getString(way + "state")),
        rs.getString(way + "message"),
        Rows.instantOf(rs, way + "started_at"),
        Rows.instantOf(rs, way + "ended_at"),
        Rows.longOf(rs, way + "felt_ms"),
        Rows.longOf(rs, way + "writes"),
        Rows.longOf(rs, way + "failed"),
        Rows.longOf(rs, way + "down_ms"),
        rs.getString(way + "replayed"));
  }
}
