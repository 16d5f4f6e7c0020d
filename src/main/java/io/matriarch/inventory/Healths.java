package io.matriarch.inventory;

import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The health of every instance, read at most once a second however often and by whomever it is
 * asked for.
 */
@Component
public class Healths {

  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private record Snapshot(long takenNanos, Map<Long, Health> byInstance) {
    boolean isYoung() {
      return System.nanoTime() - takenNanos < KEPT.toNanos();
    }
  }

  private final JdbcClient jdbc;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Snapshot last;

  Healths(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Empty if there is no such instance.
   *
   * @throws QueryTimeoutException if our own database does not answer in time
   */
  public Optional<Health> of(long instanceId) throws InterruptedException {
    Snapshot known = last;
    if (known == null || !known.isYoung()) {
      known = read();
    }
    return Optional.ofNullable(known.byInstance().get(instanceId));
  }

  private Snapshot read() throws InterruptedException {
    // Whoever checks for health gives up soon; the rest must not queue up behind a slow database.
    if (!reading.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new QueryTimeoutException("the inventory was not read within " + PATIENCE);
    }
    try {
      Snapshot known = last;
      if (known == null || !known.isYoung()) {
        known = new Snapshot(System.nanoTime(), all());
        last = known;
      }
      return known;
    } finally {
      reading.unlock();
    }
  }

  private Map<Long, Health> all() {
    Map<Long, Health> found = new HashMap<>();
    jdbc.sql(
            """
            select i.instance_id, i.state, i.copy, i.fenced, now() - i.seen_at as age,
                   i.freshness = 'fresh' and i.missing_since is null as fresh,
                   f.primary_id is not null as lost, coalesce(w.writers, 0) as writers,
                   p.instance_id = i.instance_id as published, p.term is not null as any_published,
                   case when not lag.known then null when i.lag_bytes < 0 then 0 else i.lag_bytes end as lag_bytes,
                   case when lag.known and i.lag_bytes <= 0 then interval '0'
                        when n.replayed_at > n.observed_at then interval '0'
                        else n.observed_at - n.replayed_at end as lag_time
              from v_instance i
              join instance n using (instance_id)
             cross join lateral (
               select coalesce(i.lag_at >= i.seen_at - make_interval(secs => 2 * i.interval_seconds), false) as known) lag
              left join v_herd_primary p on p.herd_id = i.herd_id
              left join failure f on f.primary_id = i.instance_id and f.verdict <> 'disputed'
              left join (select herd_id, count(*) as writers from instance
                          where state = 'primary' and not copy and missing_since is null
                          group by herd_id) w on w.herd_id = i.herd_id
            """)
        .query((RowCallbackHandler) rs -> found.put(rs.getLong("instance_id"), health(rs)));
    return found;
  }

  private static Health health(ResultSet rs) throws SQLException {
    return new Health(
        rs.getString("state"),
        Rows.durationOf(rs, "age"),
        rs.getBoolean("fresh"),
        rs.getBoolean("copy"),
        rs.getBoolean("fenced"),
        rs.getBoolean("lost"),
        rs.getInt("writers"),
        rs.getBoolean("any_published") ? rs.getBoolean("published") : null,
        Rows.longOf(rs, "lag_bytes"),
        Rows.durationOf(rs, "lag_time"));
  }
}
