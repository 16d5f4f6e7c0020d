-- What a running server says of itself, as one JSON object in one line, for PostgreSQL 10 to 18.
-- The names are those of an instance in an agent's report. psql and JDBC both run it: no psql
-- commands here, and a column that some major lacks is read through JSON, where it is null.
-- For a role without pg_monitor the statistics of others look empty: then they are null, not 0.
begin transaction read only;
select 'sql', json_build_object(
  'observedAt', to_char(clock_timestamp() at time zone 'UTC', k.instant),
  'version', split_part(current_setting('server_version'), ' ', 1),
  'versionNum', current_setting('server_version_num')::int,
  'clusterName', nullif(current_setting('cluster_name'), ''),
  'inRecovery', w.standby,
  'timeline', case when w.standby
     then coalesce((select r.received_tli from pg_stat_wal_receiver r),
                   (select greatest(c.timeline_id, m.min_recovery_end_timeline)
                    from pg_control_checkpoint() c, pg_control_recovery() m))
     else ('x' || substr(pg_walfile_name(w.head), 1, 8))::bit(32)::int end,
  'systemIdentifier', (select c.system_identifier::text from pg_control_system() c),
  'controlState', case when w.standby then 'in archive recovery' else 'in production' end,
  'writeLsn', case when not w.standby then w.head end,
  'receiveLsn', case when w.standby then pg_last_wal_receive_lsn() end,
  'replayLsn', case when w.standby then pg_last_wal_replay_lsn() end,
  'replayedAt', case when w.standby
     then to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', k.instant) end,
  'replayPaused', case when w.standby then pg_is_wal_replay_paused() end,
  'checkpointLsn', (select c.checkpoint_lsn from pg_control_checkpoint() c),
  'upstream', (select json_build_object(
       'host', coalesce(p.host, p.hostaddr), 'port', case when c.info is not null then coalesce(p.port::int, 5432) end,
       'applicationName', p.application_name, 'slot', c.slot, 'status', c.status,
       'senderHost', c.sender_host, 'senderPort', c.sender_port)
     from (select coalesce((select s.setting from pg_settings s where s.name = 'primary_conninfo'),
                      r.conninfo) as info,
             coalesce(r.slot_name, nullif(current_setting('primary_slot_name', true), '')) as slot,
             r.status, to_json(r) ->> 'sender_host' as sender_host,
             (to_json(r) ->> 'sender_port')::int as sender_port
           from (select) one left join pg_stat_wal_receiver r on true) c,
       lateral (select max(v.value) filter (where v.name = 'host') as host,
             max(v.value) filter (where v.name = 'hostaddr') as hostaddr,
             max(substring(v.value from '^[0-9]{1,5}')) filter (where v.name = 'port') as port,
             max(v.value) filter (where v.name = 'application_name') as application_name
           from (select m.pair[1] as name, trim(both '''' from m.pair[2]) as value
                 from regexp_matches(c.info, k.pair, 'g') m(pair)) v) p
     where w.standby),
  'slots', coalesce((select json_agg(json_build_object('name', s.slot_name, 'type', s.slot_type,
       'active', s.active, 'restartLsn', s.restart_lsn, 'temporary', s.temporary,
       'retainedBytes', greatest(pg_wal_lsn_diff(w.head, s.restart_lsn), 0)::bigint,
       'walStatus', to_json(s) ->> 'wal_status') order by s.slot_name) from pg_replication_slots s), '[]'),
  'standbys', case when k.statistics then coalesce((select json_agg(json_build_object('applicationName', r.application_name,
       'clientAddress', host(r.client_addr), 'state', r.state, 'syncState', r.sync_state,
       'sentLsn', r.sent_lsn, 'writeLsn', r.write_lsn, 'flushLsn', r.flush_lsn, 'replayLsn', r.replay_lsn,
       'replayLagSeconds', extract(epoch from r.replay_lag)::float8, 'user', r.usename,
       'slot', s.slot_name) order by r.application_name, r.pid)
     from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid
     where r.state is distinct from 'backup' and s.slot_type is distinct from 'logical'), '[]') end,
  'connections', case when k.statistics then (select count(*) from pg_stat_activity a
     where a.backend_type = 'client backend' and a.pid <> pg_backend_pid()) end,
  'maxConnections', current_setting('max_connections')::int,
  'archiver', (select json_build_object('mode', current_setting('archive_mode'),
       'lastArchivedAt', to_char(a.last_archived_time at time zone 'UTC', k.instant),
       'lastArchivedWal', a.last_archived_wal,
       'lastFailedAt', to_char(a.last_failed_time at time zone 'UTC', k.instant),
       'archivedCount', a.archived_count, 'failedCount', a.failed_count) from pg_stat_archiver a),
  'startedAt', to_char(pg_postmaster_start_time() at time zone 'UTC', k.instant),
  'pendingRestart', exists (select from pg_settings where pending_restart),
  'settings', (select json_object_agg(s.name, current_setting(s.name)) from pg_settings s
     where s.name in ('wal_level', 'synchronous_standby_names', 'synchronous_commit', 'hot_standby',
       'hot_standby_feedback', 'max_connections', 'max_wal_senders', 'max_replication_slots',
       'max_worker_processes', 'max_prepared_transactions', 'max_locks_per_transaction',
       'wal_log_hints', 'data_checksums', 'full_page_writes', 'fsync', 'archive_mode',
       'primary_slot_name', 'recovery_min_apply_delay', 'recovery_target_timeline',
       'shared_preload_libraries', 'wal_keep_size', 'wal_keep_segments', 'max_slot_wal_keep_size',
       'max_wal_size', 'wal_segment_size', 'listen_addresses', 'ssl', 'password_encryption',
       'default_transaction_read_only', 'shared_buffers')))
from (select i.standby, case when i.standby
        then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
        else pg_current_wal_lsn() end as head
      from (select pg_is_in_recovery() as standby offset 0) i offset 0) w,
     -- A connection string is read pair by pair: a password may hold ' host=' too.
     (select 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"' as instant,
             '(\w+)\s*=\s*(''(?:[^''\\]|\\.)*''|[^''\s]\S*)' as pair,
             pg_has_role('pg_read_all_stats', 'usage') as statistics) k;
commit;
