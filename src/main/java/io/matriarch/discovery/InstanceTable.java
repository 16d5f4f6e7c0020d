package io.matriarch.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts facts into table {@code instance}: one statement for any number of instances. */
final class InstanceTable {

  /** Which looks tell the value of a column; the last one told stays otherwise. */
  private enum Told {
    /** One that found a value. */
    BY_VALUE,
    /** One that looked for it, also if it found nothing, and reached the instance. */
    BY_LOOKING,
    /** One that the instance answered. */
    BY_ANSWER
  }

  private record Column(String name, String field, String type, Told told, String otherwise) {

    String merged() {
      return "case when jsonb_exists(r.j, '%1$s') then f.%1$s else coalesce(k.%1$s, %2$s) end as %1$s"
          .formatted(name, otherwise);
    }
  }

  private static final List<Column> COLUMNS = new ArrayList<>();

  private static void columns(Told told, String type, String... fields) {
    for (String field : fields) {
      COLUMNS.add(new Column(column(field), field, type, told, "null"));
    }
  }

  private static void documents(String otherwise, String... fields) {
    for (String field : fields) {
      COLUMNS.add(new Column(column(field), field, "jsonb", Told.BY_LOOKING, otherwise));
    }
  }

  private static String column(String field) {
    return field.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  static {
    columns(Told.BY_VALUE, "text", "socketDirectory", "binDirectory", "configFile", "owner");
    columns(Told.BY_VALUE, "text", "systemIdentifier", "controlState");
    columns(Told.BY_LOOKING, "text", "debianCluster", "unit", "clusterName", "manager");
    columns(Told.BY_VALUE, "int", "versionNum", "configuredPort", "timeline", "maxConnections");
    columns(Told.BY_LOOKING, "int", "connections");
    columns(Told.BY_VALUE, "bigint", "sizeBytes");
    columns(Told.BY_ANSWER, "pg_lsn", "writeLsn", "receiveLsn", "replayLsn");
    columns(Told.BY_ANSWER, "timestamptz", "replayedAt", "lsnAt");
    columns(Told.BY_VALUE, "pg_lsn", "checkpointLsn");
    documents("'[]'", "slots", "standbys");
    documents("'{}'", "settings");
    documents("null", "upstream", "archiver");
    columns(Told.BY_VALUE, "jsonb", "dataVolume", "walVolume");
    columns(Told.BY_LOOKING, "boolean", "standbySignal", "pendingRestart");
    columns(Told.BY_LOOKING, "timestamptz", "startedAt");
    columns(Told.BY_VALUE, "timestamptz", "reportedAt", "probedAt");
  }

  private static final String NAMES =
      COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

  /** A version without its minor number is all that a stopped cluster may tell. */
  private static final String VERSION =
      """
      case when f.online or position('.' in f.version) > 0
                or split_part(k.version, '.', 1) is distinct from f.version
           then coalesce(f.version, k.version) else k.version end as version
      """;

  private static final String UPSERT =
      """
      insert into instance as i (server_id, herd_id, data_directory, port, role, state, online,
                                 state_reason, observed_at, changed_at, version, %2$s)
      select f.server_id, f.herd_id, f.data_directory, f.port,
             case when f.role is not null then f.role
                  when k.role <> 'unknown' then k.role
                  else coalesce(f.likely_role, 'unknown') end,
             f.state, f.online, f.state_reason, f.observed_at, f.at, %4$s, %3$s
        from jsonb_array_elements(cast(:rows as jsonb)) as r(j)
        cross join lateral jsonb_to_record(r.j) as f(
             server_id bigint, herd_id bigint, data_directory text, port int, role text,
             likely_role text, state text, online boolean, state_reason text, version text,
             observed_at timestamptz, at timestamptz, %1$s)
        left join instance k on k.server_id = f.server_id and k.data_directory = f.data_directory
       where k.observed_at is null or f.observed_at >= k.observed_at
       order by f.server_id, f.data_directory
      on conflict (server_id, data_directory) do update
         set herd_id = excluded.herd_id, port = excluded.port, role = excluded.role,
             state = excluded.state, online = excluded.online,
             state_reason = excluded.state_reason, observed_at = excluded.observed_at,
             version = excluded.version, missing_since = null,
             copy = i.copy and excluded.state <> 'standby',
             changed_at = case when (i.state, i.timeline, i.port, i.version, i.herd_id)
                                    is distinct from
                                    (excluded.state, excluded.timeline, excluded.port,
                                     excluded.version, excluded.herd_id)
                               then excluded.changed_at else i.changed_at end,
             %5$s
      """
          .formatted(
              COLUMNS.stream()
                  .map(c -> c.name() + " " + c.type())
                  .collect(Collectors.joining(", ")),
              NAMES,
              COLUMNS.stream().map(Column::merged).collect(Collectors.joining(", ")),
              VERSION,
              COLUMNS.stream()
                  .map(c -> "%1$s = excluded.%1$s".formatted(c.name()))
                  .collect(Collectors.joining(", ")));

  private final JdbcClient jdbc;

  InstanceTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Takes out of a row what the look did not tell. */
  static void keepTold(ObjectNode row, Facts facts) {
    boolean reached = !facts.state().equals(Verdict.UNREACHABLE);
    boolean answered = Boolean.TRUE.equals(facts.online());
    for (Column column : COLUMNS) {
      boolean told =
          switch (column.told()) {
            case BY_VALUE -> !row.path(column.name()).isNull();
            case BY_LOOKING -> reached && facts.looked().contains(column.field());
            case BY_ANSWER -> answered;
          };
      if (!told) {
        row.remove(column.name());
      }
    }
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

  /** Nothing is known of these any more but why: they could not be looked at. */
  void unreachable(List<Long> instanceIds, String reason) {
    jdbc.sql(
            """
            update instance
               set state = 'unreachable', online = null, state_reason = :reason,
                   changed_at = case when state <> 'unreachable' then now() else changed_at end
             where instance_id = any(:instances)
            """)
        .param("instances", instanceIds.toArray(Long[]::new))
        .param("reason", Readings.clean(reason, 1000))
        .update();
  }
}
