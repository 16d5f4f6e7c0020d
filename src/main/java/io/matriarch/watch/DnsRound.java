package io.matriarch.watch;

import io.matriarch.inventory.DnsObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Asks for every record of DNS once a minute, and at once after a run on its herd. */
@Component
class DnsRound {

  private static final Logger log = LoggerFactory.getLogger(DnsRound.class);
  private static final Duration TURN = Duration.ofSeconds(4);
  private static final int MOST = 500;

  private final JdbcClient jdbc;
  private final DnsObserver observer;
  private final Turns turns;
  private final AtomicBoolean running = new AtomicBoolean();

  DnsRound(JdbcClient jdbc, DnsObserver observer, Turns turns) {
    this.jdbc = jdbc;
    this.observer = observer;
    this.turns = turns;
  }

  /** Not on the scheduler's own thread: a round lasts as long as the slowest server. */
  @Scheduled(fixedDelay = 5_000, initialDelay = 5_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("dns-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("dns", TURN)) {
        List<Long> due = due();
        if (!due.isEmpty()) {
          observer.observeRecords(due);
        }
      }
    } catch (RuntimeException e) {
      log.warn("A round of DNS failed and is tried again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  /** Those to ask now; the ones that waited longest first. */
  List<Long> due() {
    return jdbc.sql(
            """
            select d.dns_record_id from dns_record d
             where d.tried_at is null or d.updated_at > d.tried_at
                or d.tried_at < now() - interval '60 seconds'
                or exists (select from run r where r.herd_id = d.herd_id and r.locks
                              and r.ended_at >= d.tried_at)
             order by d.tried_at nulls first, d.dns_record_id limit :most
            """)
        .param("most", MOST)
        .query(Long.class)
        .list();
  }
}
