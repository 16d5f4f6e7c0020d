package io.matriarch.job;

import io.matriarch.database.Rows;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes runs this console's own: queued ones whose turn it is, and those that another console left.
 * Claims of all consoles are serialised by one advisory lock.
 */
final class RunClaims {

  private static final int CANDIDATES = 2000;
  private static final String OWNED =
      """
      r.run_id, r.job_id, r.attempt, j.action, r.target_kind, r.target_id, r.target_name, r.herd_id,
      r.fence, j.options, r.plan, r.plan_hash, r.past_point
      """;

  /** What nobody may begin any more, of runs {@code r} and jobs {@code j}. */
  static final String OVERDUE =
      """
      (j.not_after <= statement_timestamp()
       or j.not_after is null
          and greatest(j.confirmed_at, j.not_before) < statement_timestamp() - make_interval(secs => :confirmed)
          and r.renewed_at < statement_timestamp() - make_interval(secs => :renewed))
      """;

  /** A statement's time, not its transaction's: that waits for the other consoles. */
  private static final String DUE =
      """
      with front as (
        select job_id, min(wave) as wave from run where state in ('QUEUED', 'RUNNING') group by job_id)
      select r.run_id, r.job_id, j.parallelism, r.herd_id, r.locks,
             array(select s.server_id from run_server s where s.run_id = r.run_id) as servers
      from run r join job j using (job_id) join front f on f.job_id = r.job_id and f.wave = r.wave
      where r.state = 'QUEUED' and j.cancelled_at is null
        and coalesce(j.not_before <= statement_timestamp(), true)
        and coalesce(not %s, true)
        and (j.canary is null or r.wave = 1
             or not exists (select 1 from run c where c.job_id = r.job_id and c.wave = 1 and c.state <> 'SUCCEEDED'))
        and (j.wave_pause is null
             or not exists (select 1 from run e where e.job_id = r.job_id and e.wave < r.wave
                              and e.ended_at > statement_timestamp() - j.wave_pause))
      order by r.job_id, r.ordinal limit :limit
      """
          .formatted(OVERDUE);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final StepCodec codec;
  private final EngineLimits limits;
  private final String node;

  RunClaims(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      StepCodec codec,
      EngineLimits limits,
      String node) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.codec = codec;
    this.limits = limits;
    this.node = node;
  }

  private record Candidate(
      long runId,
      long jobId,
      int parallelism,
      @Nullable Long herdId,
      boolean locks,
      List<Long> servers) {}

  /** See {@link Runs#claim}. */
  List<Owned> claim(int limit) {
    if (limit <= 0 || !anythingQueued()) {
      return List.of();
    }
    return required(
        transaction.execute(
            status -> {
              jdbc.sql("select pg_advisory_xact_lock(hashtext('matriarch.claim'))")
                  .query()
                  .singleRow();
              List<Long> chosen = stillQueued(choose(limit));
              return chosen.isEmpty() ? List.<Owned>of() : take(chosen);
            }));
  }

  private boolean anythingQueued() {
    return jdbc.sql("select exists (select 1 from run where state = 'QUEUED')")
        .query(Boolean.class)
        .single();
  }

  private List<Long> choose(int limit) {
    Map<Long, Integer> runningOfJob =
        counts("select job_id, count(*) from run where state = 'RUNNING' group by 1");
    Map<Long, Integer> busy =
        counts(
            "select s.server_id, count(*) from run_server s join run r using (run_id) where r.state = 'RUNNING' group by 1");
    Set<Long> locked =
        new HashSet<>(jdbc.sql("select herd_id from herd_lock").query(Long.class).list());
    List<Long> chosen = new ArrayList<>();
    for (Candidate c : candidates()) {
      if (chosen.size() < limit && fits(c, runningOfJob, busy, locked)) {
        chosen.add(c.runId);
        runningOfJob.merge(c.jobId, 1, Integer::sum);
        c.servers.forEach(s -> busy.merge(s, 1, Integer::sum));
        if (c.locks && c.herdId != null) {
          locked.add(c.herdId);
        }
      }
    }
    return chosen;
  }

  /**
   * Without those that somebody cancels or refuses at this moment: their herd's lock would never be
   * given back.
   */
  private List<Long> stillQueued(List<Long> chosen) {
    return jdbc.sql(
            "select run_id from run where run_id = any(:ids) and state = 'QUEUED' for update skip locked")
        .param("ids", chosen.toArray(Long[]::new))
        .query(Long.class)
        .list();
  }

  private boolean fits(
      Candidate c, Map<Long, Integer> runningOfJob, Map<Long, Integer> busy, Set<Long> locked) {
    return runningOfJob.getOrDefault(c.jobId, 0) < c.parallelism
        && !(c.locks && c.herdId != null && locked.contains(c.herdId))
        && c.servers.stream().allMatch(s -> busy.getOrDefault(s, 0) < limits.runsPerServer());
  }

  private List<Candidate> candidates() {
    return jdbc.sql(DUE)
        .param("confirmed", limits.confirmationHolds().toSeconds())
        .param("renewed", limits.renewalHolds().toSeconds())
        .param("limit", CANDIDATES)
        .query(
            (rs, n) ->
                new Candidate(
                    rs.getLong("run_id"),
                    rs.getLong("job_id"),
                    rs.getInt("parallelism"),
                    Rows.longOf(rs, "herd_id"),
                    rs.getBoolean("locks"),
                    longs(rs.getArray("servers"))))
        .list();
  }

  private Map<Long, Integer> counts(String sql) {
    Map<Long, Integer> counts = new HashMap<>();
    jdbc.sql(sql)
        .query(
            rs -> {
              counts.put(rs.getLong(1), rs.getInt(2));
            });
    return counts;
  }

  private List<Owned> take(List<Long> runIds) {
    Long[] ids = runIds.toArray(Long[]::new);
    jdbc.sql(
            """
            insert into herd_lock (herd_id, run_id)
            select herd_id, run_id from run where run_id = any(:ids) and locks and herd_id is not null
            """)
        .param("ids", ids)
        .update();
    raiseFences(ids);
    jdbc.sql(
            """
            update job set state = 'RUNNING', started_at = now()
            where state = 'QUEUED' and job_id in (select job_id from run where run_id = any(:ids))
            """)
        .param("ids", ids)
        .update();
    return jdbc.sql(
            """
            update run r set state = 'RUNNING', attempt = r.attempt + 1, node = :node, heartbeat = now(),
                   started_at = now(), fence = case when r.locks then (select h.fence from herd h where h.herd_id = r.herd_id) end
            from job j where j.job_id = r.job_id and r.run_id = any(:ids) and r.state = 'QUEUED'
            returning %s
            """
                .formatted(OWNED))
        .param("ids", ids)
        .param("node", node)
        .query((rs, n) -> owned(rs, false))
        .list();
  }

  private void raiseFences(Long[] ids) {
    jdbc.sql(
            """
            update herd set fence = fence + 1
            where herd_id in (select herd_id from run where run_id = any(:ids) and locks)
            """)
        .param("ids", ids)
        .update();
  }

  /** See {@link Runs#takeOver}. */
  List<Owned> takeOver(Set<Long> mine, boolean formerLife) {
    return required(
        transaction.execute(
            status -> {
              List<Long> dead = dead(mine, formerLife);
              if (dead.isEmpty()) {
                return List.<Owned>of();
              }
              Long[] ids = dead.toArray(Long[]::new);
              raiseFences(ids);
              return jdbc.sql(
                      """
                      update run r set attempt = r.attempt + 1, node = :node, heartbeat = now(),
                             fence = case when r.locks then (select h.fence from herd h where h.herd_id = r.herd_id) end
                      from job j where j.job_id = r.job_id and r.run_id = any(:ids) and r.state = 'RUNNING'
                      returning %s
                      """
                          .formatted(OWNED))
                  .param("ids", ids)
                  .param("node", node)
                  .query((rs, n) -> owned(rs, true))
                  .list();
            }));
  }

  private List<Long> dead(Set<Long> mine, boolean formerLife) {
    return jdbc.sql(
            """
            select run_id from run
            where state = 'RUNNING' and not run_id = any(:mine)
              and (heartbeat < now() - make_interval(secs => :limit) or (:former and node = :node))
            for update skip locked
            """)
        .param("mine", mine.toArray(Long[]::new))
        .param("limit", limits.takeOverAfter().toMillis() / 1000.0)
        .param("former", formerLife)
        .param("node", node)
        .query(Long.class)
        .list();
  }

  private Owned owned(ResultSet rs, boolean takenOver) throws SQLException {
    return new Owned(
        rs.getLong("run_id"),
        rs.getLong("job_id"),
        rs.getInt("attempt"),
        new ActionName(rs.getString("action")),
        new Target(TargetKind.valueOf(rs.getString("target_kind")), rs.getLong("target_id")),
        rs.getString("target_name"),
        Rows.longOf(rs, "herd_id"),
        Rows.longOf(rs, "fence"),
        codec.object(rs.getString("options"), Options.class),
        rs.getString("plan"),
        rs.getString("plan_hash"),
        rs.getBoolean("past_point"),
        takenOver);
  }

  private static List<Long> longs(Array array) throws SQLException {
    return List.of((Long[]) array.getArray());
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a transaction gave nothing back");
    }
    return value;
  }
}
