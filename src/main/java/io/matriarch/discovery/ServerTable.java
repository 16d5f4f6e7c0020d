package io.matriarch.discovery;

import io.matriarch.discovery.Order.Clockwork;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Table {@code server_report}: what was last heard of each server. */
final class ServerTable {

  private static final double MILLIS = 1000;

  private final JdbcClient jdbc;

  ServerTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Map<Long, Clockwork> clocks(Collection<Long> serverIds) {
    Map<Long, Clockwork> clocks = new HashMap<>();
    jdbc.sql(
            """
            select s.server_id, extract(epoch from r.clock_skew) as skew, r.late_sent_at,
                   greatest(r.sent_at, (select max(i.observed_at) from instance i
                                         where i.server_id = s.server_id)) as newest
              from server s left join server_report r using (server_id)
             where s.server_id = any(:servers)
            """)
        .param("servers", serverIds.toArray(Long[]::new))
        .query(
            (rs, n) ->
                clocks.put(
                    rs.getLong("server_id"),
                    new Clockwork(instant(rs, "newest"), skew(rs), instant(rs, "late_sent_at"))))
        .list();
    return clocks;
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp value = rs.getTimestamp(column);
    return value == null ? null : value.toInstant();
  }

  private static @Nullable Duration skew(ResultSet rs) throws SQLException {
    double seconds = rs.getDouble("skew");
    return rs.wasNull() ? null : Duration.ofMillis(Math.round(seconds * MILLIS));
  }

  void reported(List<Look> reports) {
    ArrayNode rows = Reporting.JSON.createArrayNode();
    for (Look look : reports) {
      ObjectNode row = Reporting.JSON.valueToTree(look.host());
      row.put("server_id", look.serverId());
      row.put("at", look.at().toString());
      row.put("sent_at", look.sentAt().toString());
      rows.add(row);
    }
    jdbc.sql(
            """
            insert into server_report as r (
                   server_id, agent, hostname, os, os_family, kernel, init, cpus, load, memory_total,
                   memory_available, interval_seconds, sent_at, reported_at, clock_skew)
            select server_id, agent, hostname, os, os_family, kernel, init, cpus,
                   (select array_agg(one::numeric) from jsonb_array_elements_text(load) as one),
                   memory_total, memory_available, interval_seconds, sent_at, at, sent_at - at
              from jsonb_to_recordset(cast(:rows as jsonb)) as f(
                   server_id bigint, agent text, hostname text, os text, os_family text, kernel text,
                   init text, cpus int, load jsonb, memory_total bigint, memory_available bigint,
                   interval_seconds int, sent_at timestamptz, at timestamptz)
             order by server_id
            on conflict (server_id) do update
               set agent = excluded.agent, hostname = excluded.hostname, os = excluded.os,
                   os_family = excluded.os_family, kernel = excluded.kernel, init = excluded.init,
                   cpus = excluded.cpus, load = excluded.load,
                   memory_total = excluded.memory_total,
                   memory_available = excluded.memory_available,
                   interval_seconds = excluded.interval_seconds, sent_at = excluded.sent_at,
                   reported_at = excluded.reported_at, clock_skew = excluded.clock_skew,
                   late_sent_at = null,
                   refused_at = case when r.refused_at > excluded.reported_at then r.refused_at end,
                   refused_reason = case when r.refused_at > excluded.reported_at
                                         then r.refused_reason end
            """)
        .param("rows", rows.toString())
        .update();
  }

  /** A late report is a sign of life and tells nothing else. */
  void reportedLate(List<Look> reports) {
    for (Look look : reports) {
      jdbc.sql(
              """
              insert into server_report as r (server_id, reported_at, late_sent_at)
              values (:server, :at, :sent)
              on conflict (server_id) do update
                 set reported_at = greatest(r.reported_at, excluded.reported_at),
                     late_sent_at = excluded.late_sent_at
              """)
          .param("server", look.serverId())
          .param("at", Timestamp.from(look.at()))
          .param("sent", Timestamp.from(look.sentAt()))
          .update();
    }
  }

  /** Our own probes reached these servers: they are reachable, with the key that is pinned. */
  void probed(List<Look> probes) {
    for (Look look : probes) {
      jdbc.sql(
              """
              insert into server_report as r (server_id, probed_at, clock_skew)
              values (:server, :at, make_interval(secs => :skew))
              on conflict (server_id) do update
                 set probed_at = excluded.probed_at, clock_skew = excluded.clock_skew,
                     unreachable_since = case when not :reached then r.unreachable_since end,
                     unreachable_reason = case when not :reached then r.unreachable_reason end
              """)
          .param("server", look.serverId())
          .param("reached", look.reached())
          .param("at", Timestamp.from(look.at()))
          .param("skew", Duration.between(look.at(), look.sentAt()).toMillis() / MILLIS)
          .update();
    }
  }
}
