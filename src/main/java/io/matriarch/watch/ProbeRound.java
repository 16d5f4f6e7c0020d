package io.matriarch.watch;

import io.matriarch.inventory.Observer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks over SSH at what nobody reports: instances of silent agents, those that were unreachable,
 * those on servers that were, and those that have just changed.
 */
@Component
class ProbeRound {

  private static final Logger log = LoggerFactory.getLogger(ProbeRound.class);
  private static final int MOST = 1000;

  private final JdbcClient jdbc;
  private final Observer observer;
  private final Turns turns;
  private final AtomicBoolean running = new AtomicBoolean();

  ProbeRound(JdbcClient jdbc, Observer observer, Turns turns) {
    this.jdbc = jdbc;
    this.observer = observer;
    this.turns = turns;
  }

  /** Not on the scheduler's own thread: a round lasts as long as the slowest host. */
  @Scheduled(fixedDelay = 5_000, initialDelay = 10_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("probe-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("probe", interval())) {
        List<Long> due = due();
        if (!due.isEmpty()) {
          log.debug("Probing {} instances that nobody reports", due.size());
          observer.observe(due);
        }
      }
    } catch (RuntimeException e) {
      log.warn("A round of probes failed and is tried again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  private Duration interval() {
    double seconds =
        jdbc.sql(
                "select extract(epoch from value::interval) from setting where name = 'probe.interval'")
            .query(Double.class)
            .single();
    return Duration.ofMillis(Math.max(1_000, Math.round(seconds * 1000)));
  }

  /** Those to look at now; the ones that waited longest first. */
  List<Long> due() {
    return jdbc.sql(
            """
            with silence as (
              select value::float8 as intervals from setting where name = 'report.silent_after')
            select i.instance_id
              from instance i
              join server s using (server_id)
              left join server_report r using (server_id)
             cross join silence
             where i.missing_since is null
               and (s.kind <> 'RDS' and cardinality(s.host_keys) > 0
                    or exists (select from monitor_login m where m.herd_id = i.herd_id))
               and (r.reported_at is null
                    or now() - r.reported_at
                       > make_interval(secs => r.interval_seconds) * silence.intervals
                    or i.state = 'unreachable'
                    or r.unreachable_since is not null
                    or i.changed_at > now() - interval '2 minutes')
             order by i.probed_at nulls first, i.instance_id limit :most
            """)
        .param("most", MOST)
        .query(Long.class)
        .list();
  }
}
