package io.matriarch.watch;

import io.matriarch.check.CommitStall;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.ReplicationSql;
import io.matriarch.postgres.Sql;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Asks the primaries of synchronous herds every few seconds whether commits wait: clients that hang
 * there see neither an error nor a lost primary. With more herds than a turn takes, each is asked
 * less often.
 */
@Component
class CommitRound {

  private static final Logger log = LoggerFactory.getLogger(CommitRound.class);
  private static final Duration TURN = Duration.ofSeconds(3);
  private static final Duration LIMIT = Duration.ofMillis(2_500);
  private static final int MOST = 100;

  private final JdbcClient jdbc;
  private final Fleets fleets;
  private final Hosts hosts;
  private final Turns turns;
  private final AtomicBoolean running = new AtomicBoolean();

  CommitRound(JdbcClient jdbc, Fleets fleets, Hosts hosts, Turns turns) {
    this.jdbc = jdbc;
    this.fleets = fleets;
    this.hosts = hosts;
    this.turns = turns;
  }

  @Scheduled(fixedDelay = 1_000, initialDelay = 5_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("commit-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("commits", TURN)) {
        look(due());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Whether commits wait was not seen and is again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  /** Those whose primary runs, the ones that waited longest first. */
  List<Long> due() {
    return jdbc.sql(
            """
            with chosen as (
              select r.herd_id from v_commit_rule r join instance i using (instance_id)
                join server s using (server_id) left join commit_look l on l.herd_id = r.herd_id
               where r.names <> '' and i.state = 'primary' and cardinality(s.host_keys) > 0
                 and not exists (select from herd_lock k where k.herd_id = r.herd_id)
               order by l.looked_at nulls first, r.herd_id limit :most)
            insert into commit_look (herd_id) select herd_id from chosen
            on conflict (herd_id) do update set looked_at = now()
            returning herd_id
            """)
        .param("most", MOST)
        .query(Long.class)
        .list();
  }

  private void look(List<Long> herds) throws InterruptedException {
    if (herds.isEmpty()) {
      forget();
      return;
    }
    Fleet fleet = fleets.load(List.of(), herds, List.of());
    boolean[] news = new boolean[1];
    Hosts.within(
        LIMIT.plusMillis(500),
        herds.stream()
            .flatMap(herd -> fleet.primaryOf(herd).stream())
            .filter(p -> p.state() instanceof InstanceState.Primary)
            .map(
                primary ->
                    (Callable<Boolean>)
                        () -> {
                          if (look(primary, fleet)) {
                            news[0] = true;
                          }
                          return true;
                        })
            .toList());
    forget();
    if (news[0]) {
      jdbc.sql("select refresh_problems()").query((rs, n) -> n).list();
    }
  }

  /** Whether people should see something else now. */
  private boolean look(Instance primary, Fleet fleet) throws InterruptedException {
    Server server = fleet.serverOf(primary);
    Cluster cluster = Hosts.cluster(primary, server);
    try {
      Optional<CommitStall> stall =
          CommitStall.read(
              Sql.rows(
                  Hosts.output(
                      hosts.run(
                          server,
                          cluster.owner(),
                          Sql.command(cluster, ReplicationSql.COMMITS, LIMIT),
                          LIMIT))));
      return stall.isPresent() && keep(primary, server, stall.get());
    } catch (ShellUnavailable e) {
      // Whoever cannot be asked is somebody else's news.
      return false;
    }
  }

  private boolean keep(Instance primary, Server server, CommitStall stall) {
    if (stall.commits() == 0 || stall.seconds() < limit().toSeconds()) {
      return jdbc.sql("delete from commit_stall where herd_id = :herd")
              .param("herd", primary.herdId())
              .update()
          > 0;
    }
    return jdbc.sql(
            """
            insert into commit_stall as s (herd_id, instance_id, detail)
            values (:herd, :instance, left(:detail, 2000))
            on conflict (herd_id) do update
               set since = case when s.instance_id = excluded.instance_id then s.since else now() end,
                   instance_id = excluded.instance_id, detail = excluded.detail, looked_at = now()
            returning since = looked_at
            """)
        .param("herd", primary.herdId())
        .param("instance", primary.id())
        .param("detail", stall.explained(server.name()))
        .query(Boolean.class)
        .single();
  }

  private Duration limit() {
    return jdbc.sql(
            "select extract(epoch from value::interval) from setting where name = 'commits.stall'")
        .query((rs, n) -> Duration.ofSeconds(rs.getLong(1)))
        .single();
  }

  /** Of herds whose commits wait for nobody any more, or whose primary cannot be asked. */
  private void forget() {
    jdbc.sql(
            """
            delete from commit_stall s
             where s.looked_at < now() - interval '1 minute'
                or not exists (select from v_commit_rule r where r.instance_id = s.instance_id and r.names <> '')
            """)
        .update();
  }
}
