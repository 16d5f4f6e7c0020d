package io.matriarch.postgres;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL of a switch of primaries, for PostgreSQL 13 and newer. Rows begin with a word that names
 * them. Waiting happens in the server, in steps of milliseconds, so that it costs no round trips.
 */
public final class ReplicationSql {

  public static final String CHECKPOINT = "checkpoint;\n";

  /** One row {@code upstream, primary_conninfo}. */
  public static final String UPSTREAM =
      "select 'upstream', setting from pg_settings where name = 'primary_conninfo';\n";

  /** One row: receiving, in recovery, status, timeline, sender's host, replay LSN, slot. */
  public static final String RECEIVING =
      """
      select 'receiving', pg_is_in_recovery(), r.status, r.received_tli, r.sender_host,
             pg_last_wal_replay_lsn(), current_setting('primary_slot_name')
      from (select 1) one left join pg_stat_wal_receiver r on true;
      """;

  /** One row: heard, milliseconds since the last message of the upstream; empty without one. */
  public static final String LAST_HEARD =
      """
      select 'heard', (extract(epoch from clock_timestamp() - r.last_msg_receipt_time) * 1000)::bigint
      from (select 1) one left join pg_stat_wal_receiver r on true;
      """;

  /** One row: written, LSN. */
  public static final String WRITTEN = "select 'written', pg_current_wal_lsn();\n";

  /** One row: control, timeline of the latest checkpoint on disk, system identifier. */
  public static final String CONTROL =
      "select 'control', timeline_id, system_identifier from pg_control_checkpoint(), pg_control_system();\n";

  /**
   * A commit that is on disk when it returns. One that has a transaction id and nothing else is
   * left to the WAL writer, whatever {@code synchronous_commit} says.
   */
  static final String FLUSH =
      """
      set synchronous_commit = local;
      select pg_logical_emit_message(true, 'matriarch', '');
      """;

  private static final String WRITABLE =
      FLUSH
          + """
      select 'writable', left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), pg_current_wal_lsn();
      """;

  private ReplicationSql() {}

  /** One row: replayed, in recovery, replay LSN, system identifier. */
  public static String waitReplayed(String lsn) {
    return """
        do $$ begin
          while pg_is_in_recovery() and not coalesce(pg_last_wal_replay_lsn() > %s::pg_lsn, false) loop
            perform pg_sleep(0.002);
          end loop;
        end $$;
        select 'replayed', pg_is_in_recovery(), pg_last_wal_replay_lsn(), system_identifier from pg_control_system();
        """
        .formatted(Sql.literal(lsn));
  }

  /**
   * Waits until a standby streams and has replayed up to an LSN, or the time is over. One row:
   * caught, whether it streams, replay LSN, bytes that are missing.
   */
  public static String waitCaughtUp(String lsn, long seconds) {
    return """
        do $$ declare began timestamptz := clock_timestamp(); begin
          while pg_is_in_recovery() and clock_timestamp() - began < make_interval(secs => %2$d)
                and not (coalesce(pg_last_wal_replay_lsn() >= %1$s::pg_lsn, false)
                         and exists (select from pg_stat_wal_receiver where status = 'streaming')) loop
            perform pg_sleep(0.005);
            perform pg_stat_clear_snapshot();
          end loop;
        end $$;
        select 'caught', pg_is_in_recovery() and exists (select from pg_stat_wal_receiver where status = 'streaming'),
               pg_last_wal_replay_lsn(), greatest(pg_wal_lsn_diff(%1$s::pg_lsn, pg_last_wal_replay_lsn()), 0);
        """
        .formatted(Sql.literal(lsn), seconds);
  }

  /** Promotes unless it is a primary; then as {@link #proveWritable}. */
  public static String promote(long seconds) {
    return "select pg_promote(false) where pg_is_in_recovery();\n" + proveWritable(seconds);
  }

  /**
   * Waits for the end of recovery, and commits without waiting for other standbys. One row:
   * writable, timeline in hexadecimal digits, LSN.
   */
  public static String proveWritable(long seconds) {
    return """
        do $$ declare began timestamptz := clock_timestamp(); begin
          while pg_is_in_recovery() loop
            if clock_timestamp() - began > make_interval(secs => %d) then
              raise 'still in recovery after %d s';
            end if;
            perform pg_sleep(0.002);
          end loop;
        end $$;
        """
            .formatted(seconds, seconds)
        + WRITABLE;
  }

  /**
   * Commits without waiting for others, then waits until so many synchronous standbys have that
   * commit, or the time is over. One row: synchronous, whether they have it.
   */
  public static String waitSynchronous(int needed, long seconds) {
    return FLUSH
        + """
        do $$ declare began timestamptz := clock_timestamp(); mine pg_lsn := pg_current_wal_insert_lsn(); begin
          while (%1$s) < %2$d and clock_timestamp() - began < make_interval(secs => %3$d) loop
            perform pg_sleep(0.005);
            perform pg_stat_clear_snapshot();
          end loop;
          perform set_config('matriarch.synchronous', ((%1$s) >= %2$d)::text, false);
        end $$;
        select 'synchronous', current_setting('matriarch.synchronous');
        """
            .formatted(
                "select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum') and state = 'streaming' and flush_lsn >= mine",
                needed,
                seconds);
  }

  /**
   * One row: rewinder, a role that may read the files of the server and log in; none if there is
   * none. The given one if it may; a superuser only if it is the given one.
   */
  public static String rewinder(String preferred) {
    return """
        select 'rewinder', rolname from pg_roles
        where rolcanlogin and (not rolsuper or rolname = %1$s)
          and has_function_privilege(oid, 'pg_ls_dir(text, boolean, boolean)', 'execute')
          and has_function_privilege(oid, 'pg_stat_file(text, boolean)', 'execute')
          and has_function_privilege(oid, 'pg_read_binary_file(text)', 'execute')
          and has_function_privilege(oid, 'pg_read_binary_file(text, bigint, bigint, boolean)', 'execute')
        order by rolname = %1$s desc, rolname like '%%rewind%%' desc, rolname limit 1;
        """
        .formatted(Sql.literal(preferred));
  }

  /** One row each: replicator, a role that may replicate and log in, superusers aside. */
  public static final String REPLICATORS =
      "select 'replicator', rolname from pg_roles where rolreplication and rolcanlogin and not rolsuper order by rolname;\n";

  /** One row for each place of its data: space, path ({@code .} for the data directory), bytes. */
  public static final String SPACES =
      """
      select 'space', path, sum(bytes)::bigint from (
        select case when pg_tablespace_location(oid) like '/%' then pg_tablespace_location(oid) else '.' end as path,
               coalesce(pg_tablespace_size(oid), 0) as bytes
        from pg_tablespace) s
      group by path order by path <> '.', path;
      """;

  /**
   * One row: backup, phase, bytes sent, bytes in all or empty, of the base backup that a named
   * application takes; none if it takes none.
   */
  public static String backupProgress(String application) {
    return """
        select 'backup', p.phase, p.backup_streamed, p.backup_total
        from pg_stat_progress_basebackup p join pg_stat_replication r using (pid)
        where r.application_name = %s limit 1;
        """
        .formatted(Sql.literal(application));
  }

  /** One row: names, {@code synchronous_standby_names}. */
  public static final String SYNCHRONOUS_NAMES =
      "select 'names', current_setting('synchronous_standby_names');\n";

  /**
   * Rows: waiting, how many commits wait for synchronous standbys, and the longest for how many
   * seconds; names, {@code synchronous_standby_names}; standby, its application_name and state, one
   * for each that is connected.
   */
  public static final String COMMITS =
      """
      select 'waiting', count(*), coalesce(floor(extract(epoch from max(clock_timestamp() - query_start))), 0)
      from pg_stat_activity where wait_event = 'SyncRep';
      select 'names', current_setting('synchronous_standby_names');
      select 'standby', lower(application_name), state from pg_stat_replication;
      """;

  /** Rows: hasty, a role or database whose commits wait for no standby, or only say so. */
  public static final String HASTY =
      """
      select 'hasty', coalesce('role ' || r.rolname, 'database ' || d.datname)
      from pg_db_role_setting s
      left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase,
      unnest(s.setconfig) as c
      where lower(c) ~ '^synchronous_commit=(off|false|no|0|local)$';
      """;

  /** One row: cluster, {@code cluster_name}. */
  public static final String CLUSTER_NAME = "select 'cluster', current_setting('cluster_name');\n";

  public static String synchronousNames(String names) {
    return "alter system set synchronous_standby_names = %s;\nselect pg_reload_conf();\n"
        .formatted(Sql.literal(names));
  }

  public static String createSlots(List<String> names) {
    return each(
        names,
        // One whose WAL is gone can only be made anew; the column is of PostgreSQL 13.
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots s where slot_name = %1$s and slot_type = 'physical' and not active and to_jsonb(s) ->> 'wal_status' = 'lost'; select pg_create_physical_replication_slot(%1$s, true) where not exists (select from pg_replication_slots where slot_name = %1$s);");
  }

  public static String dropSlots(List<String> names) {
    return each(
        names,
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %1$s and slot_type = 'physical' and not active;");
  }

  /** One row each: failover, name of a logical slot that standbys are to synchronise. */
  public static final String FAILOVER_SLOTS =
      "select 'failover', slot_name from pg_replication_slots s where to_jsonb(s) ->> 'failover' = 'true' and not temporary order by 2;\n";

  /** Only those that a standby has on its own. */
  public static String dropOwnFailoverSlots(List<String> names) {
    return each(
        names,
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots s where slot_name = %1$s and to_jsonb(s) ->> 'failover' = 'true' and to_jsonb(s) ->> 'synced' = 'false' and not active and pg_is_in_recovery();");
  }

  /** One row: slot, type, whether it is in use, by which process, WAL that is kept for it. */
  public static String slot(String name) {
    return """
        select 'slot', slot_type, active, active_pid, pg_size_pretty(greatest(0, pg_wal_lsn_diff(
                 case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, restart_lsn)))
        from pg_replication_slots where slot_name = %s;
        """
        .formatted(Sql.literal(name));
  }

  /** Of any kind; one that is in use makes it fail. */
  public static String dropSlot(String name) {
    return "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s;\n"
        .formatted(Sql.literal(name));
  }

  private static String each(List<String> names, String statement) {
    return names.stream()
        .map(name -> statement.formatted(Sql.literal(name)))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The connection string may hold a password, which must not get into the server's log. */
  public static String follow(String conninfo, String slot) {
    return """
        set log_statement = 'none';
        set log_min_duration_statement = -1;
        set log_min_error_statement = 'panic';
        alter system set primary_conninfo = %s;
        alter system set primary_slot_name = %s;
        select pg_reload_conf();
        """
        .formatted(Sql.literal(conninfo), Sql.literal(slot));
  }

  /** As {@link #RECEIVING}, once there is no WAL receiver or the time is over. */
  public static String waitNotReceiving(long seconds) {
    return """
        do $$ declare began timestamptz := clock_timestamp(); begin
          while pg_is_in_recovery() and clock_timestamp() - began < make_interval(secs => %d)
                and exists (select from pg_stat_wal_receiver) loop
            perform pg_sleep(0.01);
            perform pg_stat_clear_snapshot();
          end loop;
        end $$;
        """
            .formatted(seconds)
        + RECEIVING;
  }

  /** As {@link #RECEIVING}, once it streams on the timeline or the time is over. */
  public static String waitStreaming(int timeline, long seconds) {
    return """
        do $$ declare began timestamptz := clock_timestamp(); begin
          while pg_is_in_recovery() and clock_timestamp() - began < make_interval(secs => %d)
                and not exists (select from pg_stat_wal_receiver where status = 'streaming' and received_tli = %d) loop
            perform pg_sleep(0.01);
            perform pg_stat_clear_snapshot();
          end loop;
        end $$;
        """
            .formatted(seconds, timeline)
        + RECEIVING;
  }
}
