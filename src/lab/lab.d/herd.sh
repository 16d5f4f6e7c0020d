# shellcheck shell=bash
# A PostgreSQL primary and its streaming standbys, by Debian's tools. Read by src/lab/lab.

make_herd() { # NAME PRIMARY [STANDBY...]
  local herd=$1 member pids=() pid
  shift
  case $herd in *[!a-z0-9_]* | [0-9_]* | '') die "a herd's name has letters, digits and _, not \"$herd\"" ;; esac
  for member in "$@"; do
    known_host "$member"
    init_of "$member" >/dev/null || die "$member is down"
  done
  find_version
  if [ ! -f "$DIR/herds/$herd.json" ]; then
    PORT=$(free_port "$@")
    make_primary "$herd" "$@"
    for member in "${@:2}"; do make_standby "$herd" "$1" "$member"; done
  elif [ "$(<"$DIR/herds/$herd.members")" != "$*" ]; then
    die "there is a herd $herd of other hosts: $(<"$DIR/herds/$herd.members")"
  fi
  for member in "$@"; do
    start_member "$herd" "$member" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || exit; done
  [ ! -f "$DIR/herds/$herd.json" ] || return 0
  await_streaming "$herd" "$1" $(($# - 1))
  echo "$*" >"$DIR/herds/$herd.members"
  describe_herd "$herd" "$@" >"$DIR/herds/$herd.json"
  describe
}

find_version() {
  local candidate
  VERSION=0
  for candidate in /usr/lib/postgresql/*/bin/postgres; do
    candidate=${candidate#/usr/lib/postgresql/} candidate=${candidate%%/*}
    case $candidate in *[!0-9]*) continue ;; esac
    if [ "$candidate" -gt "$VERSION" ]; then VERSION=$candidate; fi
  done
}

# One port for all members, so that a client may list them all.
free_port() { # HOST...
  local port=5432 host
  for ((; ; port++)); do
    for host in "$@"; do
      ! grep -qsrx "port = $port.*" "/proc/$(init_of "$host")/root/etc/postgresql" || continue 2
    done
    echo $port
    return
  done
}

data_of() { echo "/var/lib/postgresql/$VERSION/$1"; } # HERD

conf_of() { echo "/etc/postgresql/$VERSION/$1"; } # HERD

log_of() { echo "/var/log/postgresql/postgresql-$VERSION-$1.log"; } # HERD

make_primary() { # HERD PRIMARY [STANDBY...]
  local herd=$1 primary=$2 said conf
  conf=$(conf_of "$herd")
  discard "$primary" "$herd"
  said=$(on_host "$primary" pg_createcluster "$VERSION" "$herd" -p "$PORT" --start-conf auto --no-status -- \
    --data-checksums --no-sync --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256 2>&1) ||
    die "pg_createcluster on $primary: $said"
  settings "$herd" | on_host -u postgres "$primary" sh -c "cat >$conf/conf.d/lab.conf"
  access | on_host -u postgres "$primary" sh -c "cat >$conf/pg_hba.conf"
  give_passwords "$primary"
  # Before it ever runs: so its files can be copied for the standbys, and all start at once.
  said=$(roles_and_slots "${@:3}" | on_host -u postgres "$primary" "/usr/lib/postgresql/$VERSION/bin/postgres" --single \
    -D "$(data_of "$herd")" -c config_file="$conf/postgresql.conf" postgres 2>&1)
  case $said in *ERROR* | *FATAL*) die "preparing $herd on $primary: $said" ;; esac
}

make_standby() { # HERD PRIMARY STANDBY
  local herd=$1 from=$HOSTS/$2/postgresql to=$HOSTS/$3/postgresql data
  discard "$3" "$herd"
  data=$VERSION/$herd
  install -d -o postgres -g postgres -m 755 "$to/$VERSION"
  cp -a --reflink=auto "$from/$data" "$to/$VERSION/"
  rm -rf -- "$to/$data/pg_replslot"/*
  install -o postgres -g postgres -m 600 /dev/null "$to/$data/standby.signal"
  cat >>"$to/$data/postgresql.auto.conf" <<END
primary_conninfo = 'host=$(address "$2") port=$PORT user=replicator application_name=$3'
primary_slot_name = '$(slot_of "$3")'
END
  # Through the running hosts: an overlay's layers are not to be written from outside.
  from=/proc/$(init_of "$2")/root to=/proc/$(init_of "$3")/root
  mkdir -p "$to/etc/postgresql/$VERSION"
  cp -a "$from$(conf_of "$herd")" "$to/etc/postgresql/$VERSION/"
  install -o postgres -g adm -m 640 /dev/null "$to$(log_of "$herd")"
  give_passwords "$3"
}

# What an earlier attempt left when it was interrupted.
discard() { # HOST HERD
  local root
  root=/proc/$(init_of "$1")/root
  [ -e "$root$(conf_of "$2")" ] || [ -e "$root$(data_of "$2")" ] || return 0
  on_host "$1" pg_dropcluster --stop "$VERSION" "$2" >/dev/null 2>&1 || true
  rm -rf -- "$root$(conf_of "$2")" "$root$(data_of "$2")"
}

# pg_ctlcluster does just this, and then sleeps for a second.
start_member() { # HERD HOST
  local said
  [ ! -e "$HOSTS/$2/postgresql/$VERSION/$1/postmaster.pid" ] || return 0
  said=$(on_host -u postgres "$2" "/usr/lib/postgresql/$VERSION/bin/pg_ctl" start -w -s -D "$(data_of "$1")" \
    -l "$(log_of "$1")" -o "-c config_file=\"$(conf_of "$1")/postgresql.conf\"" 2>&1) ||
    die "$1 does not start on $2: $said $(tail -n 5 "/proc/$(init_of "$2")/root$(log_of "$1")")"
}

await_streaming() { # HERD PRIMARY NUMBER
  local tries=0 seen
  while seen=$(on_host -u postgres "$2" psql -XqAt -p "$PORT" -c \
    "select count(*) from pg_stat_replication where state = 'streaming'" 2>&1) && [ "$seen" != "$3" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || die "only $seen of $3 standbys of $1 stream after 30 s"
    sleep 0.1
  done
  [ "$seen" = "$3" ] || die "cannot ask $2 for the standbys of $1: $seen"
}

slot_of() { echo "${1//-/_}"; } # HOST

settings() { # HERD
  cat <<END
cluster_name = '$1'
listen_addresses = '*'
shared_buffers = 16MB
max_connections = 100
max_wal_size = 256MB
wal_level = replica
wal_log_hints = on
END
}

# The same on all members: each may be primary one day.
access() {
  cat <<END
local  all          all                         peer
host   all          all         127.0.0.1/32    scram-sha-256
host   all          all         $(subnet)    scram-sha-256
host   replication  replicator  $(subnet)    scram-sha-256
END
}

ROLES=(postgres replicator rewind app)

give_passwords() { # HOST
  local role
  for role in "${ROLES[@]}"; do echo "*:*:*:$role:$(lab_secret "$role")"; done |
    on_host -u postgres "$1" sh -c 'umask 077; cat >~/.pgpass.new; mv ~/.pgpass.new ~/.pgpass'
}

# One statement per line: so single-user mode wants it.
roles_and_slots() { # STANDBY...
  local standby function
  echo "alter role postgres password '$(lab_secret postgres)'"
  echo "create role replicator login replication password '$(lab_secret replicator)'"
  echo "create role rewind login password '$(lab_secret rewind)'"
  for function in 'pg_ls_dir(text, boolean, boolean)' 'pg_stat_file(text, boolean)' 'pg_read_binary_file(text)' \
    'pg_read_binary_file(text, bigint, bigint, boolean)'; do
    echo "grant execute on function pg_catalog.$function to rewind"
  done
  echo "create role app login password '$(lab_secret app)'"
  echo "create database app owner app"
  for standby in "$@"; do echo "select pg_create_physical_replication_slot('$(slot_of "$standby")')"; done
}

describe_herd() { # HERD PRIMARY [STANDBY...]
  local role separator=''
  printf '{"name":"%s","version":"%s","port":%s,"database":"app","primary":"%s","members":[%s],"dataDirectory":"%s",' \
    "$1" "$VERSION" "$PORT" "$2" "$(json_list "${@:2}")" "$(data_of "$1")"
  printf '"passwords":{'
  for role in "${ROLES[@]}"; do
    printf '%s"%s":"%s"' "$separator" "$role" "$(lab_secret "$role")"
    separator=,
  done
  printf '}}\n'
}
