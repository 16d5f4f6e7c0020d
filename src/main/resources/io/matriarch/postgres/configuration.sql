-- What a new standby takes over from its primary: settings, who may connect, and user names.
-- Places and ports are each server's own; an address that is this host's cannot be listened on elsewhere.
select format('%s = ''%s''', name,
              replace(replace(case when name = 'listen_addresses'
                                    and current_setting(name) !~ '^(\*|localhost|0\.0\.0\.0|::)?$' then '*'
                                   else current_setting(name) end, '\', '\\'), '''', ''''''))
  from pg_settings
 where (source = 'configuration file' and coalesce(sourcefile, '') !~ 'postgresql\.auto\.conf$'
        -- A standby that has less of these than its primary does not start.
        or name in ('max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions',
                    'max_locks_per_transaction'))
   and name not in ('data_directory', 'hba_file', 'ident_file', 'config_file', 'external_pid_file', 'port',
                    'unix_socket_directories', 'stats_temp_directory', 'primary_conninfo', 'primary_slot_name')
   and current_setting(name) !~ '[\n\r]'
 order by name;
select '# matriarch: hba';
select pg_read_file(current_setting('hba_file'));
select '# matriarch: ident';
select pg_read_file(current_setting('ident_file'));
