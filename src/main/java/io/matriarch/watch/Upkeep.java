package io.matriarch.watch;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes tomorrow's partitions, and prunes samples, job log, what happened and ended problems by the
 * settings. The audit trail is never pruned.
 */
@Component
class Upkeep {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

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
    jdbc.sql("delete from agent_refusal where last_at < now() - interval '7 days'").update();
    log.info(
        "Pruned {} days of samples, {} lines of job log, {} happenings and {} ended problems",
        partitions,
        lines,
        events,
        problems);
  }
}
