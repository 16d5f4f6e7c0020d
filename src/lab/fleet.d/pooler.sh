# shellcheck shell=bash
# The PgBouncer that leads clients to the primary of "orders", and the little load behind it. Read by src/lab/fleet.

pooler_pid() { pid_of "$ROOT/$POOLER_SERVER/pgbouncer/pgbouncer.pid" pgbouncer || true; }

load_pid() { pid_of "$ROOT/$POOLER_SERVER/load/load.pid" "$ROOT/$POOLER_SERVER/load/load.sql" || true; }

start_pooler() {
  local home=$ROOT/$POOLER_SERVER/pgbouncer
  [ -z "$(pooler_pid)" ] || return 0
  owned_directory "$home" 755
  rm -f "$home/pgbouncer.pid"
  printf '"app" "%s"\n' "$APP_PASSWORD" | owned_file "$home/userlist.txt" 600
  # So that a probe can write through it as clients do.
  echo "*:*:shop:app:$APP_PASSWORD" | owned_file "$ROOT/$POOLER_SERVER/home/.pgpass" 600
  # From then on it belongs to whoever switches primaries: a start of the fleet never takes clients back to an old one.
  [ -s "$home/databases.ini" ] || first_databases | owned_file "$home/databases.ini" 600
  # The queue must outlast a pause, and hold everybody who waits.
  owned_file "$home/pgbouncer.ini" 640 <<END
%include $home/databases.ini
[pgbouncer]
listen_addr = $(address "$POOLER_SERVER")
listen_port = $POOLER_PORT
unix_socket_dir = $RUN_ROOT/$POOLER_SERVER
auth_type = scram-sha-256
auth_file = $home/userlist.txt
admin_users = pgbouncer
pool_mode = transaction
max_client_conn = 500
query_wait_timeout = 120
ignore_startup_parameters = extra_float_digits
logfile = $ROOT/$POOLER_SERVER/log/pgbouncer.log
pidfile = $home/pgbouncer.pid
END
  as_owner "$POOLER_SERVER" /usr/sbin/pgbouncer -q -d "$home/pgbouncer.ini" </dev/null >"$home/start.log" 2>&1 ||
    die "pgbouncer on $POOLER_SERVER did not start: $(tail -n 3 "$home/start.log")"
}

stop_pooler() { end_all pooler_pid; }

# Whichever member accepts writes when the pooler is made; an address, since a name is resolved again only after a while.
first_databases() {
  local server port primary='' primary_port=''
  while read -r server port; do
    if [ -z "$primary" ] || [ "$(in_database "$server" "$port" postgres <<<'select pg_is_in_recovery()' 2>/dev/null)" = f ]; then
      primary=$server primary_port=$port
    fi
  done < <(orders_members)
  printf '[databases]\nshop = host=%s port=%s dbname=shop\n' "$(address "$primary")" "$primary_port"
}

orders_members() {
  local spec server herd port
  for spec in "${PRIMARIES[@]}" "${STANDBYS[@]}"; do
    IFS=: read -r server herd port _ <<<"$spec"
    [ "$herd" != orders ] || echo "$server $port"
  done
}

# One row per second through the pooler and through nothing else: it feels what clients feel.
start_load() {
  local home=$ROOT/$POOLER_SERVER/load
  [ -z "$(load_pid)" ] || return 0
  owned_directory "$home" 755
  echo "*:*:shop:app:$APP_PASSWORD" | owned_file "$home/pgpass" 600
  # For the person who sends load of their own.
  (umask 077 && cat "$home/pgpass" >"$DIR/pgpass")
  owned_file "$home/load.sql" 644 <<'END'
with gone as (delete from ticket where id < (select max(id) - 1000 from ticket))
insert into ticket default values
\watch 1
END
  # shellcheck disable=SC2016
  as_owner "$POOLER_SERVER" setsid -f bash -c 'echo $$ >"$3"
    while :; do psql -Xq "$1" -f "$2" >/dev/null 2>"$4"; sleep 2; done' load \
    "host=$(address "$POOLER_SERVER") port=$POOLER_PORT dbname=shop user=app passfile=$home/pgpass connect_timeout=3" \
    "$home/load.sql" "$home/load.pid" "$ROOT/$POOLER_SERVER/log/load.log" </dev/null >/dev/null 2>&1
}
