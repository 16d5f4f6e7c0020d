package io.matriarch.watch;

import io.matriarch.database.Changes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps table {@code problem} up to date: soon after news, and anyway since time itself tells. */
@Component
class ProblemWatch implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(ProblemWatch.class);
  private static final Duration ANYWAY = Duration.ofSeconds(10);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Changes.Registration news;
  private final AtomicBoolean told = new AtomicBoolean(true);
  private Instant last = Instant.EPOCH;

  ProblemWatch(JdbcClient jdbc, Changes changes, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.news = changes.listen("inventory", payload -> told.set(true));
  }

  @Scheduled(fixedDelay = 700)
  void ifNeeded() {
    Instant now = clock.instant();
    if (!told.getAndSet(false) && now.isBefore(last.plus(ANYWAY))) {
      return;
    }
    try {
      refresh();
      last = now;
    } catch (RuntimeException e) {
      log.warn("The list of problems could not be refreshed and is tried again: {}", e.toString());
    }
  }

  boolean refresh() {
    return jdbc.sql("select refresh_problems()").query(Boolean.class).single();
  }

  @Override
  public void destroy() {
    news.close();
  }
}
