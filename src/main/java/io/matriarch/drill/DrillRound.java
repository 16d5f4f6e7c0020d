package io.matriarch.drill;

import io.matriarch.database.Rows;
import io.matriarch.job.ActionName;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRequest;
import io.matriarch.job.JobRow;
import io.matriarch.job.Jobs;
import io.matriarch.job.Target;
import io.matriarch.job.Waves;
import io.matriarch.job.Window;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records what a drill has brought to its DR site and, when the hold is over, asks for the way back
 * of all its herds as one job. What stands in our database decides, so that any console may go on
 * where another one ended.
 */
@Component
class DrillRound {

  private static final Logger log = LoggerFactory.getLogger(DrillRound.class);

  /** Of the job that went there, all but whom and how long. */
  private static final List<String> OF_ONE_WAY = List.of("candidate", "holdMinutes");

  private final JdbcClient jdbc;
  private final Jobs jobs;
  private final JobQueries queries;
  private final TransactionTemplate transaction;
  private final AtomicBoolean running = new AtomicBoolean();

  DrillRound(JdbcClient jdbc, Jobs jobs, JobQueries queries, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.jobs = jobs;
    this.queries = queries;
    this.transaction = transaction;
  }

  /** A herd at its DR site, and who is its primary now. */
  private record Away(long runId, long herdId, long dr, @Nullable Long primary) {
    boolean isStillThere() {
      return primary != null && primary == dr;
    }
  }

  @Scheduled(fixedDelay = 1_000, initialDelay = 3_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("drill-round").start(this::round);
    }
  }

  private void round() {
    try {
      recordArrivals();
      due().forEach(this::askBack);
    } catch (DataAccessException | TransactionException e) {
      log.warn("Drills could not be looked at and are again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  private void recordArrivals() {
    jdbc.sql(
            """
            insert into drill (run_id, herd_id, herd, environment, home_id, home_server, home_site, dr_id, dr_server, objective_ms)
            select r.run_id, r.herd_id, r.target_name, coalesce(e.name, 'unassigned'),
                   t.former_id, hs.name, hs.site, t.instance_id, ds.name, e.stall_objective_ms
              from job j
              join run r using (job_id)
              join herd_term t on t.herd_id = r.herd_id and t.run_id = r.run_id and t.published_at is not null
              join instance h on h.instance_id = t.former_id join server hs on hs.server_id = h.server_id
              join instance d on d.instance_id = t.instance_id join server ds on ds.server_id = d.server_id
              left join environment e on e.environment_id = r.environment_id
             where j.action = 'herd.drill' and r.past_point and r.ended_at is not null
               and not exists (select from drill k where k.run_id = r.run_id)
            on conflict do nothing
            """)
        .update();
  }

  /** A job that works on one of the herds is waited for; then all of them go back together. */
  private List<Long> due() {
    return jdbc.sql(
            """
            select j.job_id from job j
             where j.action = 'herd.drill' and j.ended_at is not null
               and exists (select from drill d join run r using (run_id)
                            where r.job_id = j.job_id and d.returned_at is null)
               and j.ended_at + make_interval(mins => (j.options -> 'values' ->> 'holdMinutes')::int) <= now()
               and not exists (select from run r join drill d using (run_id) join herd_lock l on l.herd_id = d.herd_id
                                where r.job_id = j.job_id)
            """)
        .query(Long.class)
        .list();
  }

  private void askBack(long jobId) {
    JobRow drill = queries.job(jobId).orElseThrow();
    try {
      transaction.executeWithoutResult(status -> askBack(drill));
    } catch (InvalidRequest e) {
      log.error("The way back of drill {} cannot be asked for: {}", jobId, e.toString());
      leave(away(jobId, "").stream().map(Away::runId).toList(), String.valueOf(e.getMessage()));
    }
  }

  private void askBack(JobRow drill) {
    List<Away> away = away(drill.id(), "for update of d skip locked");
    List<Target> targets =
        away.stream().filter(Away::isStillThere).map(a -> Target.herd(a.herdId())).toList();
    leave(
        away.stream().filter(a -> !a.isStillThere()).map(Away::runId).toList(),
        "somebody made another member primary meanwhile; it was left so");
    if (targets.isEmpty()) {
      return;
    }
    long back =
        Access.<Long, RuntimeException>as(
            Actor.rule("drill %d of %s".formatted(drill.id(), drill.requestedBy()), Role.DBA),
            () -> jobs.submit(request(drill, targets)));
    jdbc.sql("update drill set returned_at = now() where run_id = any(:runs)")
        .param("runs", away.stream().map(Away::runId).toArray(Long[]::new))
        .update();
    log.info("The hold of drill {} is over; job {} switches back", drill.id(), back);
  }

  private List<Away> away(long jobId, String locking) {
    return jdbc.sql(
            """
            select d.run_id, d.herd_id, d.dr_id,
                   (select v.primary_id from v_herd v where v.herd_id = d.herd_id) as primary_id
              from drill d join run r using (run_id)
             where r.job_id = :job and d.returned_at is null
             order by r.ordinal
            """
                + locking)
        .param("job", jobId)
        .query(
            (rs, n) ->
                new Away(
                    rs.getLong(1), rs.getLong(2), rs.getLong(3), Rows.longOf(rs, "primary_id")))
        .list();
  }

  private void leave(List<Long> runs, String note) {
    jdbc.sql("update drill set returned_at = now(), note = :note where run_id = any(:runs)")
        .param("note", note)
        .param("runs", runs.toArray(Long[]::new))
        .update();
  }

  private JobRequest request(JobRow drill, List<Target> targets) {
    Integer canary = drill.waves().canary();
    return new JobRequest(
        new ActionName("herd.switch-back"),
        targets,
        options(drill.id()),
        drill.parallelism(),
        null,
        Window.NOW,
        canary == null || canary < targets.size() ? drill.waves() : Waves.ONE,
        null,
        "drill-back-" + drill.id());
  }

  private Map<String, String> options(long jobId) {
    Map<String, String> options = new LinkedHashMap<>();
    jdbc.sql("select key, value from job, jsonb_each_text(options -> 'values') where job_id = :job")
        .param("job", jobId)
        .query(
            rs -> {
              if (!OF_ONE_WAY.contains(rs.getString("key"))) {
                options.put(rs.getString("key"), rs.getString("value"));
              }
            });
    return options;
  }
}
