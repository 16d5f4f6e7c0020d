package io.matriarch.inventory;

import io.matriarch.database.Changes;
import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Answers who is primary of a herd: by the last published term, before any by what was last seen.
 */
@Component
public class Reigns implements DisposableBean {

  /** Whoever comes beyond is answered at once. */
  private static final int MOST_WAITING = 2_000;

  private record Waiting(long herdId, CountDownLatch told) {}

  private final JdbcClient jdbc;
  private final Changes.Registration news;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

  Reigns(JdbcClient jdbc, Changes changes) {
    this.jdbc = jdbc;
    this.news = changes.listen("primary_published", this::wake);
  }

  /** Empty if no primary was ever published or seen. */
  public Optional<Reign> of(long herdId) {
    return jdbc.sql(
            """
            select h.herd_id, h.name, t.term, t.published_at, s.name as server,
                   coalesce(t.instance_id, i.instance_id) as instance_id,
                   coalesce(t.address, s.address) as address,
                   coalesce(t.port, i.port, i.configured_port, 5432) as port,
                   coalesce(t.timeline, i.timeline) as timeline,
                   greatest(i.reported_at, i.probed_at) as observed_at
              from herd h
              left join v_herd_primary t using (herd_id)
              left join v_herd v using (herd_id)
              left join instance i
                on i.instance_id = case when t.term is null then v.primary_id else t.instance_id end
              left join server s on s.server_id = i.server_id
             where h.herd_id = :herd and (t.term is not null or i.instance_id is not null)
            """)
        .param("herd", herdId)
        .query(Reigns::reign)
        .optional();
  }

  /** The same, once there is a later term than that, or when the time is over. */
  public Optional<Reign> after(long herdId, long term, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Waiting here = new Waiting(herdId, new CountDownLatch(1));
      boolean room = waiting.size() < MOST_WAITING;
      waiting.add(here);
      try {
        Optional<Reign> now = of(herdId);
        long left = end - System.nanoTime();
        if (now.filter(reign -> reign.isAfter(term)).isPresent() || left <= 0 || !room) {
          return now;
        }
        here.told().await(left, TimeUnit.NANOSECONDS);
      } finally {
        waiting.remove(here);
      }
    }
  }

  /** Whether somebody waits for the herd's next term. */
  public boolean isAwaited(long herdId) {
    return waiting.stream().anyMatch(one -> one.herdId() == herdId);
  }

  private void wake(@Nullable String herd) {
    for (Waiting one : waiting) {
      if (herd == null || herd.equals(Long.toString(one.herdId()))) {
        one.told().countDown();
      }
    }
  }

  private static Reign reign(ResultSet rs, int n) throws SQLException {
    return new Reign(
        rs.getLong("herd_id"),
        rs.getString("name"),
        Rows.longOf(rs, "term"),
        Rows.longOf(rs, "instance_id"),
        rs.getString("server"),
        rs.getString("address"),
        rs.getInt("port"),
        Rows.intOf(rs, "timeline"),
        Rows.instantOf(rs, "published_at"),
        Rows.instantOf(rs, "observed_at"));
  }

  /** Nobody is kept waiting by a console that ends. */
  @Override
  public void destroy() {
    news.close();
    wake(null);
  }
}
