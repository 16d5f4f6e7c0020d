package io.matriarch.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ArrayNode;

/** Puts facts into table {@code instance}: one statement for any number of instances. */
final class InstanceTable {

  /** What becomes of a column if the new look does not tell its value. */
  private enum If {
    /** A look that reached the instance tells, also by saying nothing; another one does not. */
    UNKNOWN_FORGET,
    /** The last value known stays. */
    UNKNOWN_KEEP,
    /** A position: only an instance that answers tells; else the last one stays, with its age. */
    NOT_ONLINE_KEEP
  }

  private record Column(String name, String type, If rule) {

    String assignment() {
      return switch (rule) {
        case UNKNOWN_FORGET ->
            "%1$s = case when excluded.state = 'unreachable' then i.%1$s else excluded.%1$s end";
        case UNKNOWN_KEEP -> "%1$s = coalesce(excluded.%1$s, i.%1$s)";
        case NOT_ONLINE_KEEP ->
            "%1$s = case when excluded.online then excluded.%1$s else i.%1$s end";
      };
    }
  }

  private static final List<Column> COLUMNS = new ArrayList<>();

  private static void columns(If rule, String type, String... names) {
    for (String name : names) {
      COLUMNS.add(new Column(name, type, rule));
    }
  }

  static {
    columns(If.UNKNOWN_KEEP, "text", "socket_directory", "bin_directory", "config_file", "owner");
    columns(If.UNKNOWN_KEEP, "text", "version", "system_identifier", "control_state");
    columns(If.UNKNOWN_FORGET, "text", "debian_cluster", "unit", "cluster_name", "manager");
    columns(If.UNKNOWN_KEEP, "int", "version_num", "configured_port", "timeline");
    columns(If.UNKNOWN_FORGET, "int", "connections");
    columns(If.UNKNOWN_KEEP, "int", "max_connections");
    columns(If.UNKNOWN_KEEP, "bigint", "size_bytes");
    columns(If.NOT_ONLINE_KEEP, "pg_lsn", "write_lsn", "receive_lsn", "replay_lsn");
    columns(If.NOT_ONLINE_KEEP, "timestamptz", "replayed_at", "lsn_at");
    columns(If.UNKNOWN_KEEP, "pg_lsn", "checkpoint_lsn");
    columns(If.UNKNOWN_FORGET, "jsonb", "upstream", "slots", "standbys", "settings", "archiver");
    columns(If.UNKNOWN_KEEP, "jsonb", "data_volume", "wal_volume");
    columns(If.UNKNOWN_FORGET, "boolean", "standby_signal", "pending_restart");
    columns(If.UNKNOWN_FORGET, "timestamptz", "started_at");
    columns(If.UNKNOWN_KEEP, "timestamptz", "reported_at", "probed_at");
  }

  private static final String NAMES =
      COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

  private static final String UPSERT =
      """
      with f as (
        select * from jsonb_to_recordset(cast(:rows as jsonb)) as f(
          server_id bigint, herd_id bigint, data_directory text, port int, role text,
          likely_role text, state text, online boolean, state_reason text,
          observed_at timestamptz, at timestamptz, %1$s))
      insert into instance as i (server_id, herd_id, data_directory, port, role, state, online,
                                 state_reason, observed_at, changed_at, %2$s)
      select server_id, herd_id, data_directory, port, coalesce(role, likely_role, 'unknown'),
             state, online, state_reason, observed_at, at, %2$s
        from f order by server_id, data_directory
      on conflict (server_id, data_directory) do update
         set herd_id = excluded.herd_id, port = excluded.port,
             role = case when excluded.online or i.role = 'unknown' then excluded.role
                         else i.role end,
             state = excluded.state, online = excluded.online,
             state_reason = excluded.state_reason, observed_at = excluded.observed_at,
             missing_since = null,
             copy = i.copy and excluded.state <> 'standby',
             changed_at = case when (i.state, i.timeline, i.port, i.version_num, i.herd_id)
                                    is distinct from
                                    (excluded.state, coalesce(excluded.timeline, i.timeline),
                                     excluded.port,
                                     coalesce(excluded.version_num, i.version_num),
                                     excluded.herd_id)
                               then excluded.changed_at else i.changed_at end,
             %3$s
       where i.observed_at is null or excluded.observed_at >= i.observed_at
      """
          .formatted(
              COLUMNS.stream()
                  .map(c -> c.name() + " " + c.type())
                  .collect(Collectors.joining(", ")),
              NAMES,
              COLUMNS.stream()
                  .map(c -> c.assignment().formatted(c.name()))
                  .collect(Collectors.joining(", ")));

  private final JdbcClient jdbc;

  InstanceTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Rows as {@link Facts} has them, with server_id, herd_id, port, at and what else they need. */
  void put(ArrayNode rows) {
    String json = rows.toString();
    // A port changes hands in two steps: no two rows may have it at any moment.
    jdbc.sql(
            """
            update instance i set port = null
              from jsonb_to_recordset(cast(:rows as jsonb))
                   as f(server_id bigint, data_directory text, port int)
             where i.server_id = f.server_id and i.port = f.port
               and i.data_directory <> f.data_directory
            """)
        .param("rows", json)
        .update();
    jdbc.sql(UPSERT).param("rows", json).update();
  }

  /** Forgets how new the facts of these servers are, for a clock that was set back. */
  void restartOrder(List<Long> serverIds) {
    if (!serverIds.isEmpty()) {
      jdbc.sql("update instance set observed_at = null where server_id = any(:servers)")
          .param("servers", serverIds.toArray(Long[]::new))
          .update();
    }
  }

  /** Marks what whole reports no longer list. Nothing is known of it, and nothing is deleted. */
  void markMissing(ArrayNode listed) {
    jdbc.sql(
            """
            update instance i
               set missing_since = l.at, state = 'unreachable', online = null, changed_at = l.at,
                   port = null, connections = null,
                   state_reason = 'the agent no longer finds it: its directory is gone or ignored'
              from jsonb_to_recordset(cast(:listed as jsonb))
                   as l(server_id bigint, at timestamptz, directories text[])
             where i.server_id = l.server_id and i.missing_since is null
               and i.data_directory <> all (l.directories)
            """)
        .param("listed", listed.toString())
        .update();
  }

  /** Keeps a sample of each instance that was looked at, at most one a minute. */
  void sample(List<Long> serverIds) {
    jdbc.sql(
            """
            insert into instance_sample (instance_id, at, lag_bytes, size_bytes, connections)
            select i.instance_id, now(), i.lag_bytes, i.size_bytes, i.connections
              from instance i
             where i.server_id = any(:servers) and i.online
               and not exists (select from instance_sample p
                                where p.instance_id = i.instance_id
                                  and p.at > now() - interval '58 seconds')
            on conflict do nothing
            """)
        .param("servers", serverIds.toArray(Long[]::new))
        .update();
  }
}
