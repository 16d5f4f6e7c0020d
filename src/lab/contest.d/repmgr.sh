# shellcheck shell=bash
# repmgr, with the pooler pointed by its event notification. Read by contest.

repmgr_conf() { echo "/etc/postgresql/$VERSION/repmgr/repmgr.conf"; }

repmgr_setup() {
  local port host number=0
  [ -s keys/repmgr ] || (umask 077 && head -c 12 /dev/urandom | base64 | tr '+/' '-_' >keys/repmgr)
  script_setup repmgr
  retry_soon repmgr
  port=$(herd_port repmgr)
  ask db1 "$port" "create role repmgr superuser login password '$(<keys/repmgr)'" 2>/dev/null ||
    die "role repmgr exists; take the lab down first"
  ask db1 "$port" "create database repmgr owner repmgr"
  for host in "${MEMBERS[@]}"; do
    number=$((number + 1))
    remote "$host" "echo '*:*:*:repmgr:$(<keys/repmgr)' >>~/.pgpass
      echo 'host replication repmgr $(subnet) scram-sha-256' >>/etc/postgresql/$VERSION/repmgr/pg_hba.conf
      echo 'wal_keep_size = 512MB' >>/etc/postgresql/$VERSION/repmgr/conf.d/lab.conf"
    repmgr_settings "$host" "$number" "$port" | put_file "$host" "$(repmgr_conf)" 600
    point_script repmgr "$port" | put_file "$host" /var/lib/postgresql/point-repmgr 700
    ask "$host" "$port" "alter system reset primary_slot_name"
    ask "$host" "$port" "select pg_reload_conf()" >/dev/null
  done
  for host in db2 db3; do
    until ask db1 "$port" "select pg_drop_replication_slot('$host')" >/dev/null 2>&1; do sleep 0.2; done
  done
  await_standbys db1 "$port"
  remote db1 "repmgr -f $(repmgr_conf) primary register"
  for host in db2 db3; do remote "$host" "repmgr -f $(repmgr_conf) standby register --upstream-node-id=1"; done
  echo "$port" >share/port-repmgr
}

repmgr_settings() { # HOST NUMBER PORT
  local data ctl
  data=$(data_of repmgr)
  ctl="$BIN/pg_ctl -s -D $data"
  cat <<END
node_id=$2
node_name='$1'
conninfo='host=$(address "$1") port=$3 user=repmgr dbname=repmgr connect_timeout=2'
data_directory='$data'
pg_bindir='$BIN'
service_start_command='$ctl -w -l /var/log/postgresql/postgresql-$VERSION-repmgr.log -o "-c config_file=/etc/postgresql/$VERSION/repmgr/postgresql.conf" start'
service_stop_command='$ctl -W -m fast stop'
service_restart_command='$ctl -w -m fast -l /var/log/postgresql/postgresql-$VERSION-repmgr.log -o "-c config_file=/etc/postgresql/$VERSION/repmgr/postgresql.conf" restart'
service_reload_command='$ctl reload'
event_notification_command='/var/lib/postgresql/point-repmgr'
event_notifications='standby_promote'
END
}

repmgr_close() { close_masters; }

repmgr_switch() {
  local port
  port=$(herd_port repmgr)
  point_or_not
  find_roles "$port"
  remote "$NEW" "repmgr -f $(repmgr_conf) standby switchover --siblings-follow"
  await_standbys "$NEW" "$port"
}
