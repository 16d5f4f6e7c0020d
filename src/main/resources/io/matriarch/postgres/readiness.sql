-- What a switch of primaries needs to know of one running server, for PostgreSQL 13 to 18. Reads only.
-- Rows: "volume", total and free bytes, for the data directory and then for pg_wal; "program" and whether the one
-- that archives is there; "facts" and one JSON object; then, after what is appended for each database, "database"
-- and one JSON object. What archives may hold secrets: only the program's name and a digest leave the host.
-- psql variable "patience": transactions open for more seconds are listed.
select current_setting('server_version_num')::int >= 150000 as v15,
       current_setting('server_version_num')::int >= 160000 as v16,
       current_setting('server_version_num')::int >= 170000 as v17,
       current_setting('data_directory') as data,
       coalesce((regexp_match(current_setting('archive_command'), '(?:^|[\s/"''=;&|(])((?:[A-Za-z0-9._/-]*/)?(?:pgbackrest|barman-cloud-wal-archive|barman-wal-archive|wal-g|wal-e|pg_probackup|pghoard_archive_command|rsync|scp|cp))(?:$|[\s"''])'))[1],
         (regexp_match(current_setting('archive_command'), '^\s*([A-Za-z0-9._/-]+)(?:\s|$)'))[1], '') as program \gset
-- Before anything else is printed: the two programs do not share a buffer.
\setenv MATRIARCH_DATA :data
\! df -Pk "$MATRIARCH_DATA/." "$MATRIARCH_DATA/pg_wal/." 2>/dev/null | awk 'NR > 1 && match($0, /[0-9]+ +[0-9]+ +-?[0-9]+ +[0-9]+%/) { split(substr($0, RSTART, RLENGTH), n, " "); printf "volume\t%.0f\t%.0f\n", n[1] * 1024, n[3] * 1024 }'
\setenv MATRIARCH_PROGRAM :program
\! [ -z "$MATRIARCH_PROGRAM" ] || if PATH=$PATH:/usr/local/bin command -v -- "$MATRIARCH_PROGRAM" >/dev/null 2>&1; then printf 'program\tpresent\n'; else printf 'program\tmissing\n'; fi
\set exclusive_backup 'pg_is_in_backup()'
\set collation_changed 'null::json'
\set invalid '(s.wal_status = ''lost'')'
\set failover 'null::boolean'
\set synced 'null::boolean'
\if :v15
-- Without exclusive backups there is nothing else to ask.
\set exclusive_backup false
\set collation_changed '(select coalesce(json_agg(d.datname order by d.datname), ''[]'') from pg_database d where d.datcollversion <> pg_database_collation_actual_version(d.oid))'
\endif
\if :v16
\set invalid '(s.wal_status = ''lost'' or coalesce(s.conflicting, false))'
\endif
\if :v17
\set invalid '(s.wal_status = ''lost'' or s.invalidation_reason is not null)'
\set failover s.failover
\set synced s.synced
\endif
\set instant '''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'''
begin transaction read only;
with role as materialized (
  select r.rolname, r.rolsuper, has_function_privilege(r.oid, 'pg_ls_dir(text, boolean, boolean)', 'execute')
      and has_function_privilege(r.oid, 'pg_stat_file(text, boolean)', 'execute')
      and has_function_privilege(r.oid, 'pg_read_binary_file(text)', 'execute')
      and has_function_privilege(r.oid, 'pg_read_binary_file(text, bigint, bigint, boolean)', 'execute') as may
    from pg_roles r where r.rolcanlogin)
select 'facts', json_build_object(
  'clock', to_char(clock_timestamp() at time zone 'UTC', :instant),
  'versionNum', current_setting('server_version_num')::int,
  'version', split_part(current_setting('server_version'), ' ', 1),
  'systemIdentifier', (select c.system_identifier::text from pg_control_system() c),
  'inRecovery', w.standby,
  'timeline', t.timeline,
  -- Timeline 1 has no history. Who may not read files gets null.
  'history', case when t.timeline = 1 then ''
     when has_function_privilege('pg_read_file(text, bigint, bigint, boolean)', 'execute')
     then pg_read_file(format('pg_wal/%s.history', lpad(upper(to_hex(t.timeline)), 8, '0')), 0, 1000000, true) end,
  'writeLsn', case when not w.standby then pg_current_wal_lsn() end,
  -- What lies before it may be recycled at any moment.
  'redoLsn', (select c.redo_lsn from pg_control_checkpoint() c),
  'receiveLsn', case when w.standby then pg_last_wal_receive_lsn() end,
  'replayLsn', case when w.standby then pg_last_wal_replay_lsn() end,
  'replayedAt', case when w.standby then to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', :instant) end,
  'replayPaused', case when w.standby then pg_is_wal_replay_paused() end,
  'receiver', (select json_build_object('status', r.status, 'timeline', r.received_tli, 'host', r.sender_host, 'port', r.sender_port)
                 from pg_stat_wal_receiver r),
  'archiver', (select json_build_object('mode', current_setting('archive_mode'),
       'failing', current_setting('archive_mode') <> 'off' and a.last_failed_time is not null
                  and a.last_failed_time > coalesce(a.last_archived_time, '-infinity'),
       'lastFailedAt', to_char(a.last_failed_time at time zone 'UTC', :instant), 'lastFailedWal', a.last_failed_wal)
     from pg_stat_archiver a),
  'waiting', (select json_build_object('segments', count(*),
       'seconds', coalesce(greatest(0, extract(epoch from clock_timestamp() - min(f.modification))::bigint), 0))
     from pg_ls_archive_statusdir() f where f.name like '%.ready'),
  'archive', (select json_build_object('library', coalesce(current_setting('archive_library', true), ''),
       'set', a.command not in ('', '(disabled)'),
       'discards', a.command ~ '^\s*(/usr)?(/bin/)?(true|:|exit 0)\s*(#.*)?$',
       'program', :'program',
       'digest', left(encode(sha256(convert_to(a.command, 'UTF8')), 'hex'), 16))
     from (select current_setting('archive_command') as command) a),
  'sessions', (select coalesce(json_agg(json_build_object('address', host(a.client_addr), 'count', a.sessions, 'users', a.users)
       order by a.sessions desc, a.client_addr), '[]')
     from (select l.client_addr, count(*) as sessions, array_to_json((array_agg(distinct l.usename::text))[1:3]) as users
             from pg_stat_activity l
            where l.backend_type = 'client backend' and l.client_addr is not null and l.application_name <> 'matriarch'
              and not l.client_addr << '127.0.0.0/8' and l.client_addr <> '::1'
            group by l.client_addr) a),
  'conninfo', (select json_build_object('set', s.setting <> '', 'source', s.source, 'file', s.sourcefile, 'line', s.sourceline)
     from pg_settings s where s.name = 'primary_conninfo'),
  'alterSystem', coalesce(current_setting('allow_alter_system', true), 'on') <> 'off',
  'restoreCommand', current_setting('restore_command') <> '',
  'rewind', (select json_build_object('role', u.name,
       'may', (select bool_or(r.may) from role r where r.rolname = u.name),
       'others', (select coalesce(json_agg(r.rolname order by r.rolname), '[]') from role r where r.may and not r.rolsuper and r.rolname <> u.name))
     from (select coalesce(n.found[1], n.found[2], current_user) as name
             from (select regexp_match(s.setting, '(?:^|\s)user\s*=\s*(?:''((?:[^''\\]|\\.)*)''|(\S+))') as found
                     from pg_settings s where s.name = 'primary_conninfo') n) u),
  'backups', (select count(*) from pg_stat_progress_basebackup) + :exclusive_backup::int,
  'slots', (select coalesce(json_agg(json_build_object('name', s.slot_name, 'type', s.slot_type, 'active', s.active,
       'temporary', s.temporary, 'invalid', coalesce(:invalid, false), 'failover', :failover, 'synced', :synced)
       order by s.slot_name), '[]') from pg_replication_slots s),
  'standbys', (select coalesce(json_agg(json_build_object('name', r.application_name, 'state', r.state, 'sync', r.sync_state)
       order by r.application_name), '[]') from pg_stat_replication r where r.state is distinct from 'backup'),
  'prepared', (select count(*) from pg_prepared_xacts),
  'open', (select coalesce(json_agg(json_build_object('pid', a.pid, 'seconds', a.seconds, 'query', a.query)
       order by a.seconds desc), '[]')
     from (select l.pid, extract(epoch from clock_timestamp() - l.xact_start)::bigint as seconds,
             left(regexp_replace(l.query, '\s+', ' ', 'g'), 80) as query
           from pg_stat_activity l
           where l.backend_type = 'client backend' and l.pid <> pg_backend_pid()
             and clock_timestamp() - l.xact_start > make_interval(secs => :patience)
           order by l.xact_start limit 20) a),
  'subscriptions', (select count(*) from pg_subscription s where s.subenabled),
  'databases', (select count(*) from pg_database d where d.datallowconn and not d.datistemplate),
  'sortedBySystem', (select count(*) from pg_database d where d.datallowconn and d.datcollate not in ('C', 'POSIX') and d.datcollate not like 'C.%'),
  'collation', (select max(pg_collation_actual_version(c.oid))
     from (select l.oid from pg_collation l where l.collprovider = 'c' and l.collname not in ('C', 'POSIX')
           order by l.collname like 'C%', l.collname limit 20) c),
  'collationChanged', :collation_changed,
  'available', (select coalesce(json_agg(e.name order by e.name), '[]') from pg_available_extensions e),
  'pendingRestart', (select coalesce(json_agg(p.name order by p.name), '[]') from pg_settings p where p.pending_restart),
  'hbaErrors', (select coalesce(json_agg(format('line %s: %s', h.line_number, h.error) order by h.line_number), '[]')
     from pg_hba_file_rules h where h.error is not null),
  'settings', (select json_object_agg(s.name, s.setting) from pg_settings s
     where s.name in ('wal_level', 'wal_log_hints', 'data_checksums', 'full_page_writes', 'max_connections',
       'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions', 'max_locks_per_transaction',
       'max_replication_slots', 'synchronous_standby_names', 'synchronized_standby_slots', 'shared_preload_libraries', 'hot_standby',
       'default_transaction_read_only', 'recovery_target_timeline', 'recovery_min_apply_delay', 'archive_mode', 'wal_keep_size', 'lc_messages')))
from (select pg_is_in_recovery() as standby offset 0) w
  cross join lateral (select case when w.standby
     -- Of a timeline that it has followed since its last restartpoint pg_control knows nothing; its WAL is there, though.
     then (select greatest(c.timeline_id, m.min_recovery_end_timeline, (select r.received_tli from pg_stat_wal_receiver r),
                           (select max(('x' || substr(f.name, 1, 8))::bit(32)::int) from pg_ls_waldir() f where f.name ~ '^[0-9A-F]{24}$'))
             from pg_control_checkpoint() c, pg_control_recovery() m)
     else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline offset 0) t;
commit;
