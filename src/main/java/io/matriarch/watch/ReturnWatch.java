package io.matriarch.watch;

import io.matriarch.inventory.Observer;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.Target;
import io.matriarch.postgres.Ping;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Waits for former primaries to come back while another one was published in their place and
 * serves, and has whoever accepts writes then fenced by a job.
 */
@Component
class ReturnWatch {

  private static final Logger log = LoggerFactory.getLogger(ReturnWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int MOST = 500;

  private final JdbcClient jdbc;
  private final Observer observer;
  private final Jobs jobs;
  private final Turns turns;
  private final Pings pings;
  private final AtomicBoolean running = new AtomicBoolean();

  ReturnWatch(JdbcClient jdbc, Observer observer, Jobs jobs, Turns turns, Pings pings) {
    this.jdbc = jdbc;
    this.observer = observer;
    this.jobs = jobs;
    this.turns = turns;
    this.pings = pings;
  }

  private record Former(long instanceId, String address, int port) {}

  private record Deposed(long instanceId, String server) {}

  @Scheduled(fixedDelay = 250, initialDelay = 5_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("return-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("return", INTERVAL)) {
        look();
        if (fences()) {
          deposed().forEach(this::fence);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Former primaries could not be looked for and are again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  /** Those that answer at their ports again are looked at, whatever their agents say when. */
  private void look() throws InterruptedException {
    Set<Long> back = ConcurrentHashMap.newKeySet();
    pings.all(
        formers().stream()
            .map(
                former ->
                    (Callable<Boolean>)
                        () ->
                            Pings.one(former.address(), former.port()) == Ping.ANSWERS
                                && back.add(former.instanceId()))
            .toList());
    if (!back.isEmpty()) {
      observer.observe(back);
    }
  }

  private List<Former> formers() {
    return jdbc.sql(
            """
            select i.instance_id, s.address, coalesce(i.port, i.configured_port, 5432)
              from instance i join server s using (server_id)
             where i.role = 'primary' and i.state <> 'primary' and not i.copy and i.missing_since is null
               and exists (select from instance o where o.herd_id = i.herd_id and o.state = 'primary' and not o.copy)
             order by i.changed_at desc limit :most
            """)
        .param("most", MOST)
        .query((rs, n) -> new Former(rs.getLong(1), rs.getString(2), rs.getInt(3)))
        .list();
  }

  private boolean fences() {
    return jdbc.sql("select value = 'on' from setting where name = 'fence.returning'")
        .query(Boolean.class)
        .single();
  }

  /** One attempt a minute; a herd on which something else is at work waits for it. */
  private List<Deposed> deposed() {
    return jdbc.sql(
            """
            select d.instance_id, d.server from v_deposed d
             where not exists (select from herd_lock l where l.herd_id = d.herd_id)
               and not exists (select from run r join job j using (job_id)
                                where j.action = 'instance.fence'
                                  and r.target_kind = 'INSTANCE' and r.target_id = d.instance_id
                                  and (r.state in ('QUEUED', 'RUNNING') or r.ended_at > now() - interval '1 minute'))
            """)
        .query((rs, n) -> new Deposed(rs.getLong(1), rs.getString(2)))
        .list();
  }

  private void fence(Deposed deposed) {
    JobRequest request =
        JobRequest.of("instance.fence", List.of(Target.instance(deposed.instanceId())), Map.of());
    try {
      long job =
          Access.<Long, RuntimeException>as(
              Actor.system("return of a former primary"), () -> jobs.submit(request));
      log.warn("{} came back and accepts writes; job {} fences it", deposed.server(), job);
    } catch (InvalidRequest e) {
      log.warn(
          "{} came back, accepts writes, and is not fenced: {}", deposed.server(), e.toString());
    }
  }
}
