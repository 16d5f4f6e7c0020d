# shellcheck shell=bash
# PostgreSQL clusters, made with Debian's tools. A cluster is written server:herd:port:start[:upstream:port].

data_directory() { echo "$ROOT/$1/postgresql/$VERSION/$2"; } # SERVER HERD

conf_directory() { echo "$ROOT/$1/etc/$VERSION/$2"; } # SERVER HERD

in_database() { # SERVER PORT DATABASE   (SQL on standard input)
  as_owner "$1" psql -XqAt -v ON_ERROR_STOP=1 -h "$RUN_ROOT/$1" -p "$2" -d "$3"
}

make_primary() {
  local server herd port start
  IFS=: read -r server herd port start <<<"$1"
  [ ! -e "$ROOT/$server/made.$herd" ] || return 0
  discard_cluster "$server" "$herd"
  create_cluster "$server" "$herd" "$port" "$start" -- --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256
  if [ "$start" = auto ]; then
    start_cluster "$1"
    prepare_primary "$server" "$herd" "$port"
  fi
  touch "$ROOT/$server/made.$herd"
}

make_standby() {
  local server herd port start upstream upstream_port
  IFS=: read -r server herd port start upstream upstream_port <<<"$1"
  [ ! -e "$ROOT/$server/made.$herd" ] || return 0
  discard_cluster "$server" "$herd"
  start_cluster "$upstream:$herd:$upstream_port:auto"
  as_owner "$server" env PGPASSFILE="$ROOT/$server/pgpass" "/usr/lib/postgresql/$VERSION/bin/pg_basebackup" \
    -h "$(address "$upstream")" -p "$upstream_port" -U replicator -w -c fast -X stream -S "${server//-/_}" \
    -D "$(data_directory "$server" "$herd")"
  follow "$server" "$herd" "$upstream" "$upstream_port"
  local data file
  data=$(data_directory "$server" "$herd")
  # A data directory that pg_createcluster adopts must hold the files that it moves to /etc.
  for file in postgresql pg_hba pg_ident; do
    owned_file "$data/$file.conf" 600 <"/usr/share/postgresql/$VERSION/$file.conf.sample"
  done
  create_cluster "$server" "$herd" "$port" "$start"
  touch "$ROOT/$server/made.$herd"
}

# What an earlier attempt left when it was interrupted.
discard_cluster() { # SERVER HERD
  rm -rf -- "$(data_directory "$1" "$2")" "$(conf_directory "$1" "$2")"
}

create_cluster() { # SERVER HERD PORT START [-- INITDB OPTIONS]
  local server=$1 herd=$2 port=$3 start=$4
  shift 4
  as_owner "$server" pg_createcluster "$VERSION" "$herd" -p "$port" -d "$(data_directory "$server" "$herd")" \
    -l "$ROOT/$server/log/postgresql-$herd.log" -s "$RUN_ROOT/$server" --start-conf "$start" --no-status "$@" \
    >"$ROOT/$server/create-$herd.log" 2>&1 ||
    die "pg_createcluster $VERSION $herd on $server failed: $(tail -n 3 "$ROOT/$server/create-$herd.log")"
  configure_cluster "$server" "$herd"
}

configure_cluster() { # SERVER HERD
  owned_file "$(conf_directory "$1" "$2")/conf.d/demo.conf" 644 <<END
cluster_name = '$2'
external_pid_file = '$RUN_ROOT/$1/$VERSION-$2.pid'
listen_addresses = '$(address "$1")'
shared_buffers = 16MB
max_connections = 40
max_wal_size = 128MB
min_wal_size = 32MB
max_slot_wal_keep_size = 1GB
wal_level = replica
wal_log_hints = on
hot_standby_feedback = on
fsync = on
END
  owned_file "$(conf_directory "$1" "$2")/pg_hba.conf" 640 <<'END'
local   all          all                       peer
host    all          all         127.0.0.0/8   scram-sha-256
host    replication  replicator  127.0.0.0/8   scram-sha-256
END
}

prepare_primary() { # SERVER HERD PORT
  local spec standby herd
  in_database "$1" "$3" postgres <<END
create role replicator login replication password '$REPLICATION_PASSWORD';
grant execute on function pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean), pg_read_binary_file(text),
  pg_read_binary_file(text, bigint, bigint, boolean) to replicator;
END
  for spec in "${STANDBYS[@]}"; do
    IFS=: read -r standby herd _ <<<"$spec"
    [ "$herd" = "$2" ] || continue
    in_database "$1" "$3" postgres <<<"select pg_create_physical_replication_slot('${standby//-/_}')" >/dev/null
  done
  if [ "$2" = orders ]; then prepare_shop "$1" "$3"; fi
}

prepare_shop() { # SERVER PORT
  in_database "$1" "$2" postgres <<END
create role app login password '$APP_PASSWORD';
create database shop owner app;
END
  in_database "$1" "$2" shop <<'END'
create table ticket (id bigint generated always as identity primary key, at timestamptz not null default now());
alter table ticket owner to app;
END
}

follow() { # SERVER HERD UPSTREAM PORT
  local data
  data=$(data_directory "$1" "$2")
  owned_file "$data/standby.signal" 600 </dev/null
  owned_file "$data/postgresql.auto.conf" 600 <<END
primary_conninfo = 'host=$(address "$3") port=$4 user=replicator passfile=$ROOT/$1/pgpass application_name=$1'
primary_slot_name = '${1//-/_}'
END
}

postmaster() { # SERVER HERD
  local data pid
  data=$(data_directory "$1" "$2")
  pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
  [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ] || return 1
  echo "$pid"
}

start_cluster() {
  local server herd start try
  IFS=: read -r server herd _ start _ <<<"$1"
  [ "$start" = auto ] || return 0
  # After kill -9 of a postmaster its children need a moment to end; until then a start is refused.
  for try in 1 2 3 4 5; do
    if postmaster "$server" "$herd" >/dev/null; then return 0; fi
    as_owner "$server" pg_ctlcluster "$VERSION" "$herd" start >"$ROOT/$server/start-$herd.log" 2>&1 && return
    sleep "0.$try"
  done
  die "pg_ctlcluster $VERSION $herd start on $server failed: $(tail -n 3 "$ROOT/$server/start-$herd.log")"
}

# SIGINT is a fast stop, SIGQUIT an immediate one.
stop_clusters() {
  postmasters() {
    local spec server herd
    for spec in "${STOPPING[@]}"; do
      IFS=: read -r server herd _ <<<"$spec"
      postmaster "$server" "$herd" || true
    done
  }
  STOPPING=("$@")
  signal INT "$(postmasters)"
  wait_until 20 none postmasters || signal QUIT "$(postmasters)"
  end_all postmasters
  end_all orphaned_backends
}

# Children of a postmaster that was killed, in the clusters that are being stopped.
orphaned_backends() {
  local pid data spec server herd
  for pid in $(marked | sort -un); do
    data=$(readlink "/proc/$pid/cwd" 2>/dev/null) || continue
    for spec in "${STOPPING[@]}"; do
      IFS=: read -r server herd _ <<<"$spec"
      if [ "$data" = "$(data_directory "$server" "$herd")" ]; then echo "$pid"; fi
    done
  done
}
