package io.matriarch.watch;

import io.matriarch.check.FailureAnalysis.Verdict;
import io.matriarch.job.InvalidRequest;
import io.matriarch.watch.AutomaticPolicy.Case;
import io.matriarch.watch.AutomaticPolicy.Decision;
import io.matriarch.watch.AutomaticPolicy.Limits;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Has a standby take over where that was turned on and the primary is dead, by a job like any other
 * one.
 */
@Component
class AutomaticWatch {

  private static final Logger log = LoggerFactory.getLogger(AutomaticWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Takeover takeover;
  private final Turns turns;
  private final AtomicBoolean running = new AtomicBoolean();

  AutomaticWatch(
      JdbcClient jdbc, PlatformTransactionManager transactions, Takeover takeover, Turns turns) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.takeover = takeover;
    this.turns = turns;
  }

  /** A herd to decide about. */
  record Failing(long herdId, long primaryId, String summary, Case found) {}

  @Scheduled(fixedDelay = 250, initialDelay = 5_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("automatic-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("automatic", INTERVAL)) {
        look();
      }
    } catch (RuntimeException e) {
      log.warn("Lost primaries could not be looked at and are again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  void look() {
    List<Failing> failing = failing();
    if (failing.isEmpty()) {
      return;
    }
    Limits limits = limits();
    for (Failing herd : failing) {
      switch (AutomaticPolicy.decide(herd.found(), limits)) {
        case WAIT -> {}
        case BRAKE -> brake(herd.found().failing());
        case ACT -> act(herd.herdId(), limits);
      }
    }
  }

  private Limits limits() {
    return jdbc.sql(
            """
            select extract(epoch from (select value::interval from setting where name = 'automatic.after')),
                   (select value::int from setting where name = 'automatic.brake_herds')
            """)
        .query((rs, n) -> new Limits(seconds(rs, 1), rs.getInt(2)))
        .single();
  }

  private List<Failing> failing() {
    return jdbc.sql("select * from v_automatic_case").query(AutomaticWatch::row).list();
  }

  private static Failing row(ResultSet rs, int n) throws SQLException {
    return new Failing(
        rs.getLong("herd_id"),
        rs.getLong("primary_id"),
        rs.getString("summary"),
        new Case(
            Verdict.valueOf(rs.getString("verdict").toUpperCase(Locale.ROOT)),
            seconds(rs, "lasted"),
            seconds(rs, "looked_ago"),
            rs.getInt("failing"),
            rs.getBoolean("braked"),
            rs.getBoolean("blocked"),
            rs.getBoolean("busy"),
            rs.getInt("attempts"),
            seconds(rs, "ended_ago")));
  }

  private static Duration seconds(ResultSet rs, int column) throws SQLException {
    return Duration.ofMillis(Math.round(rs.getDouble(column) * 1000));
  }

  private static Duration seconds(ResultSet rs, String column) throws SQLException {
    return seconds(rs, rs.findColumn(column));
  }

  private void brake(int herds) {
    int pulled =
        jdbc.sql(
                """
                insert into automatic_brake (reason)
                select format('%s herds lost their primary within %s', :herds::text, value)
                  from setting where name = 'automatic.brake_window'
                on conflict do nothing
                """)
            .param("herds", Integer.toString(herds))
            .update();
    if (pulled > 0) {
      log.warn("{} herds lost their primary: none fails over by itself any more", herds);
      jdbc.sql("select refresh_problems()").query((rs, n) -> n).list();
    }
  }

  /** Decided once more under a lock, for another console may have done it a moment ago. */
  private void act(long herd, Limits limits) {
    try {
      transaction.executeWithoutResult(
          status -> {
            jdbc.sql("select from automatic_failover where herd_id = :herd for update")
                .param("herd", herd)
                .query((rs, n) -> n)
                .list();
            failing().stream()
                .filter(f -> f.herdId() == herd)
                .filter(f -> AutomaticPolicy.decide(f.found(), limits) == Decision.ACT)
                .forEach(this::submit);
          });
    } catch (InvalidRequest e) {
      log.warn("Herd {} does not fail over by itself: {}", herd, e.toString());
    }
  }

  private void submit(Failing herd) {
    long job = takeover.begin(herd.herdId());
    jdbc.sql(
            """
            insert into automatic_recovery (herd_id, primary_id, job_id, verdict)
            values (:herd, :primary, :job, :verdict)
            """)
        .param("herd", herd.herdId())
        .param("primary", herd.primaryId())
        .param("job", job)
        .param("verdict", herd.summary())
        .update();
    log.warn("{}: herd {} fails over by job {}", herd.summary(), herd.herdId(), job);
  }
}
