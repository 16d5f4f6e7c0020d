package io.matriarch.watch;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes tomorrow's partitions, and prunes samples, job log, what happened, ended problems and what
 * was told of them by the settings. The audit trail is never pruned.
 */
@Component
class Upkeep {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration LAG_INTERVAL = Duration.ofMinutes(1);

  private final JdbcClient jdbc;
  private final Turns turns;

  Upkeep(JdbcClient jdbc, Turns turns) {
    this.jdbc = jdbc;
    this.turns = turns;
  }

  /** At start and from then on every hour; partitions reach two days ahead. */
  @Scheduled(fixedDelay = 60_000)
  void ifDue() {
    try {
      if (turns.take("upkeep", INTERVAL)) {
        run();
      }
    } catch (RuntimeException e) {
      log.warn("Pruning failed and is tried again in an hour: {}", e.toString());
    }
  }

  /** The worst lag of each standby on this day, also of those that do not run. */
  @Scheduled(fixedDelay = 10_000, initialDelay = 15_000)
  void lagIfDue() {
    try {
      if (turns.take("lag-day", LAG_INTERVAL)) {
        keepLag();
      }
    } catch (RuntimeException e) {
      log.warn("The worst lag of the day was not kept and is looked at again: {}", e.toString());
    }
  }

  void keepLag() {
    jdbc.sql(
            """
            insert into instance_lag_day as d
                   (instance_id, day, lag_bytes, lag_bytes_at, lag_seconds, lag_seconds_at)
            select instance_id, (now() at time zone 'UTC')::date, greatest(lag_bytes, 0), now(),
                   seconds, case when seconds is not null then now() end
              from instance join v_lag_seconds using (instance_id)
             where role = 'standby' and lag_bytes is not null and missing_since is null
            on conflict (instance_id, day) do update
               set lag_bytes = greatest(d.lag_bytes, excluded.lag_bytes),
                   lag_bytes_at = case when excluded.lag_bytes > d.lag_bytes
                                       then excluded.lag_bytes_at else d.lag_bytes_at end,
                   lag_seconds = greatest(d.lag_seconds, excluded.lag_seconds),
                   lag_seconds_at = case when d.lag_seconds is null or excluded.lag_seconds > d.lag_seconds
                                         then excluded.lag_seconds_at else d.lag_seconds_at end
             where excluded.lag_bytes > d.lag_bytes
                or excluded.lag_seconds is not null
                   and (d.lag_seconds is null or excluded.lag_seconds > d.lag_seconds)
            """)
        .update();
  }

  void run() {
    jdbc.sql("select ensure_sample_partitions()").query((rs, n) -> n).list();
    int partitions = jdbc.sql("select prune_samples()").query(Integer.class).single();
    long lines = jdbc.sql("select prune_job_log()").query(Long.class).single();
    long events = jdbc.sql("select prune_fleet_events()").query(Long.class).single();
    int problems =
        jdbc.sql(
                """
                delete from problem
                 where ended_at < now() - (select value::interval from setting
                                            where name = 'job_log.keep')
                   and coalesce(suppressed_until, '-infinity') < now()
                """)
            .update();
    jdbc.sql("delete from instance_lag_day where day < (now() at time zone 'UTC')::date - 31")
        .update();
    jdbc.sql("select prune_alarm_deliveries()").query((rs, n) -> n).list();
    jdbc.sql("delete from agent_refusal where last_at < now() - interval '7 days'").update();
    log.info(
        "Pruned {} days of samples, {} lines of job log, {} happenings and {} ended problems",
        partitions,
        lines,
        events,
        problems);
  }
}
