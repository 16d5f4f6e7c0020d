package io.matriarch.watch;

import io.matriarch.inventory.PoolerObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Asks every pooler once a minute where it leads, and at once after a run on its herd. */
@Component
class PoolerRound {

  private static final Logger log = LoggerFactory.getLogger(PoolerRound.class);
  private static final Duration TURN = Duration.ofSeconds(4);
  private static final int MOST = 500;

  private final JdbcClient jdbc;
  private final PoolerObserver observer;
  private final Turns turns;
  private final AtomicBoolean running = new AtomicBoolean();

  PoolerRound(JdbcClient jdbc, PoolerObserver observer, Turns turns) {
    this.jdbc = jdbc;
    this.observer = observer;
    this.turns = turns;
  }

  /** Not on the scheduler's own thread: a round lasts as long as the slowest host. */
  @Scheduled(fixedDelay = 5_000, initialDelay = 5_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("pooler-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("poolers", TURN)) {
        List<Long> due = due();
        if (!due.isEmpty()) {
          observer.observePoolers(due);
        }
      }
    } catch (RuntimeException e) {
      log.warn("A round of poolers failed and is tried again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  /** Those to ask now; the ones that waited longest first. */
  List<Long> due() {
    return jdbc.sql(
            """
            select p.pooler_id from pooler p join server s using (server_id)
             where cardinality(s.host_keys) > 0
               and (p.tried_at is null or p.updated_at > p.tried_at
                    or p.tried_at < now() - interval '60 seconds'
                    or exists (select from run r where r.herd_id = p.herd_id and r.locks
                                  and r.ended_at >= p.tried_at))
             order by p.tried_at nulls first, p.pooler_id limit :most
            """)
        .param("most", MOST)
        .query(Long.class)
        .list();
  }
}
