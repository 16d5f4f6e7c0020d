# shellcheck shell=bash
# Patroni over etcd, with the pooler pointed by its callback. Read by contest.

PATRONI_PORT=5600
STORE=app2

patroni_setup() {
  local host
  lab etcd "$STORE"
  open_masters "${MEMBERS[@]}" "$POOLER"
  for host in "${MEMBERS[@]}"; do
    patroni_settings "$host" | put_file "$host" /var/lib/postgresql/patroni.yml 600
    point_script patroni $PATRONI_PORT | put_file "$host" /var/lib/postgresql/point-patroni 700
    run_detached "$host" "patroni ~/patroni.yml" patroni
    [ "$host" != db1 ] || await_primary db1 $PATRONI_PORT
  done
  make_app db1 $PATRONI_PORT
  await_standbys db1 $PATRONI_PORT
  pooler_for patroni $PATRONI_PORT
  retry_soon patroni
  echo $PATRONI_PORT >share/port-patroni
}

patroni_settings() { # HOST
  cat <<END
scope: patroni
name: $1
restapi: {listen: '0.0.0.0:8008', connect_address: '$(address "$1"):8008'}
etcd3: {host: '$(address "$STORE"):2379'}
bootstrap:
  dcs: {postgresql: {use_pg_rewind: true, use_slots: true}}
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
  pg_hba:
  - local all all trust
  - host all all $(subnet) scram-sha-256
  - host replication replicator $(subnet) scram-sha-256
postgresql:
  listen: '0.0.0.0:$PATRONI_PORT'
  connect_address: '$(address "$1"):$PATRONI_PORT'
  data_dir: $(data_of patroni)
  bin_dir: $BIN
  pgpass: /var/lib/postgresql/patroni.pgpass
  authentication:
    superuser: {username: postgres, password: '$(<keys/postgres)'}
    replication: {username: replicator, password: '$(<keys/replicator)'}
    rewind: {username: rewind, password: '$(<keys/rewind)'}
  parameters: {unix_socket_directories: /var/run/postgresql, shared_buffers: 16MB, max_wal_size: 256MB, wal_log_hints: 'on'}
  basebackup: [{checkpoint: fast}]
  callbacks: {on_role_change: /var/lib/postgresql/point-patroni}
END
}

patroni_close() { close_masters; }

patroni_switch() {
  point_or_not
  find_roles $PATRONI_PORT
  remote "$NEW" "patronictl -c ~/patroni.yml switchover patroni --leader $OLD --candidate $NEW --force"
  await_standbys "$NEW" $PATRONI_PORT
}
