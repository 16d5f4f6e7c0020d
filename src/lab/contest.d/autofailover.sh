# shellcheck shell=bash
# pg_auto_failover with a monitor, for clients that connect directly. Read by contest.

MONITOR=app2
MONITOR_PORT=5700
NODE_PORT=5701

autofailover_setup() {
  local host monitor
  monitor="--pgdata ~/monitor --pgport $MONITOR_PORT"
  open_masters "${MEMBERS[@]}" "$POOLER" "$MONITOR"
  remote "$MONITOR" "pg_autoctl create monitor $monitor --hostname $MONITOR --auth trust --no-ssl --pgctl $BIN/pg_ctl"
  run_detached "$MONITOR" "pg_autoctl run --pgdata ~/monitor" monitor
  await_primary "$MONITOR" $MONITOR_PORT
  trust "$MONITOR" /var/lib/postgresql/monitor $MONITOR_PORT
  for host in "${MEMBERS[@]}"; do
    remote "$host" "pg_autoctl create postgres --pgdata $(data_of autofailover) --pgport $NODE_PORT --hostname $host --name $host \
      --auth trust --no-ssl --pgctl $BIN/pg_ctl \
      --monitor 'postgres://autoctl_node@$MONITOR:$MONITOR_PORT/pg_auto_failover?sslmode=disable'"
    run_detached "$host" "pg_autoctl run --pgdata $(data_of autofailover)" autofailover
    if [ "$host" = db1 ]; then await_primary db1 $NODE_PORT; fi
    trust "$host" "$(data_of autofailover)" $NODE_PORT
  done
  make_app db1 $NODE_PORT
  autofailover_settled
  echo $NODE_PORT >share/port-autofailover
}

# Clients log in with passwords, as those of the others do.
trust() { # HOST DATA PORT
  remote "$1" "printf '%s\n' 'host all app $(subnet) scram-sha-256' 'host all,replication all $(subnet) trust' >>$2/pg_hba.conf"
  ask "$1" "$3" 'select pg_reload_conf()' >/dev/null 2>&1 || true
}

autofailover_close() { close_masters; }

autofailover_settled() {
  local tries=0
  until [ "$(remote "$MONITOR" "$(psql_at $MONITOR_PORT) -d pg_auto_failover -c \"select count(*) from pgautofailover.node
    where reportedstate = goalstate and goalstate in ('primary', 'secondary')\"" 2>/dev/null)" = 3 ]; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || die "not one primary and two secondaries after 120 s"
    sleep 0.2
  done
}

autofailover_switch() {
  local former
  find_roles $NODE_PORT
  former=$OLD
  remote "$MONITOR" "pg_autoctl perform switchover --pgdata ~/monitor"
  autofailover_settled
  find_roles $NODE_PORT
  [ "$OLD" != "$former" ] || die "$former is still the primary"
  await_standbys "$OLD" $NODE_PORT
}
