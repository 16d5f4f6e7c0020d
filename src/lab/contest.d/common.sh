# shellcheck shell=bash
# What the contestants share: hosts, kept-open SSH connections, PostgreSQL's own commands. Read by contest.

die() {
  echo "contest: $CONTESTANT $VERB: $*" >&2
  exit 1
}

MEMBERS=(db1 db2 db3)
POOLER=app1

lab() { "$HERE/lab" --dir "$LAB" "$@"; }

address() { awk -v name="$1" '$2 == name { print $1 }' share/hosts; } # HOST

# ---- SSH over connections that stay open (OpenSSH's control masters)

SSH=(ssh -F none -oBatchMode=yes -oStrictHostKeyChecking=yes -oUserKnownHostsFile=share/known_hosts -i keys/id_ed25519
  -oServerAliveInterval=5 -oServerAliveCountMax=3 -oControlPath="keys/ssh/%h")

open_masters() { # HOST...
  local host
  mkdir -p keys/ssh
  for host in "$@"; do
    "${SSH[@]}" -O check "postgres@$(address "$host")" 2>/dev/null ||
      "${SSH[@]}" -M -f -N "postgres@$(address "$host")" </dev/null >/dev/null 2>&1
  done
}

close_masters() {
  local socket
  for socket in keys/ssh/*; do
    "${SSH[@]}" -O exit "postgres@${socket#keys/ssh/}" 2>/dev/null || true
  done
}

remote() { # HOST SCRIPT
  timeout 120 "${SSH[@]}" "postgres@$(address "$1")" "$2" </dev/null
}

# ---- PostgreSQL

find_programs() {
  local found
  BIN=
  for found in /usr/lib/postgresql/[1-9][0-9]/bin; do [ ! -x "$found/postgres" ] || BIN=$found; done
  VERSION=${BIN#/usr/lib/postgresql/} VERSION=${VERSION%/bin}
}
find_programs

herd_port() { grep -oE '"port":[0-9]+' "herds/$1.json" | cut -d: -f2; } # HERD

pooler_port() { grep -oE '"port":[0-9]+' "services/pgbouncer-$POOLER-$1.json" | cut -d: -f2; } # HERD

data_of() { echo "/var/lib/postgresql/$VERSION/$1"; } # HERD

# Not Debian's wrapper, which takes longer than all the rest.
psql_at() { # PORT
  echo "$BIN/psql -XqAt -v ON_ERROR_STOP=1 -h /var/run/postgresql -p $1 -d postgres"
}

ask() { # HOST PORT SQL
  remote "$1" "$(psql_at "$2") -c \"$3\""
}

# Sets OLD, NEW and OTHER.
find_roles() { # PORT
  local host
  OLD='' NEW='' OTHER=''
  for host in "${MEMBERS[@]}"; do
    if [ "$(ask "$host" "$1" 'select pg_is_in_recovery()')" = f ]; then
      OLD=$host
    elif [ -z "$NEW" ]; then
      NEW=$host
    else
      OTHER=$host
    fi
  done
  { [ -n "$OLD" ] && [ -n "$OTHER" ]; } || die "there is not one primary with two standbys: $OLD, $NEW, $OTHER"
}

await_standbys() { # HOST PORT
  local tries=0
  until [ "$(ask "$1" "$2" "select count(*) from pg_stat_replication where state = 'streaming'" 2>/dev/null)" = 2 ]; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || die "$1 has not two streaming standbys after 60 s"
    sleep 0.1
  done
}

conninfo() { # UPSTREAM PORT NAME
  echo "host=$(address "$1") port=$2 user=replicator application_name=$3"
}

start_server() { # HOST HERD
  local data
  data=$(data_of "$2")
  remote "$1" "$BIN/pg_ctl -s -w -D $data -l /var/log/postgresql/postgresql-$VERSION-$2.log \
    -o '-c config_file=/etc/postgresql/$VERSION/$2/postgresql.conf' start >/dev/null 2>&1"
}

await_primary() { # HOST PORT
  local tries=0
  until [ "$(ask "$1" "$2" 'select pg_is_in_recovery()' 2>/dev/null)" = f ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || die "$1 has no primary after 60 s"
    sleep 0.2
  done
}

# ---- what the other managers need

subnet() { grep -oE '"subnet":"[^"]+"' lab.json | cut -d'"' -f4; }

# Standard input to a file of a host.
put_file() { # HOST PATH MODE
  "${SSH[@]}" "postgres@$(address "$1")" "umask 077; cat >$2 && chmod $3 $2"
}

run_detached() { # HOST COMMAND NAME
  remote "$1" "setsid $2 </dev/null >>/var/log/postgresql/$3.log 2>&1 &"
}

# The role and the database of the clients, as in a herd of the lab.
make_app() { # HOST PORT
  ask "$1" "$2" "create role app login password '$(<keys/app)'"
  ask "$1" "$2" "create database app owner app"
}

# A pooler before a cluster that the lab did not make.
pooler_for() { # NAME PORT
  printf '{"name":"%s","version":"%s","port":%s,"database":"app","primary":"db1","members":["db1","db2","db3"],"dataDirectory":"%s","passwords":{}}\n' \
    "$1" "$VERSION" "$2" "$(data_of "$1")" >"herds/$1.json"
  lab pgbouncer "$POOLER" "$1"
  pooler_port "$1" >"share/pooler-$1"
}

# Points the pooler to the host it runs on, as users of repmgr and Patroni do it. Patroni also calls it for standbys.
point_script() { # NAME PORT
  cat <<END
#!/bin/sh
[ ! -e /lab/direct ] || exit 0
case "\$1 \$2" in "on_role_change replica" | "on_role_change demoted") exit 0 ;; esac
address=\$(awk -v name="\$(hostname)" '\$2 == name { print \$1 }' /etc/hosts)
exec ssh $POOLER "printf '[databases]\\napp = host=%s port=$2 dbname=app\\n' \$address >/etc/pgbouncer/$1.databases.ini &&
  $BIN/psql -Xq -h /run/pgbouncer/$1-1 -p \$(grep -oE '[0-9]+' /lab/pooler-$1) -U pgbouncer -d pgbouncer -c RELOAD"
END
}

# By default a pool waits for 15 s after a login that failed, and these have their pooler log in while no primary is there.
retry_soon() { # NAME
  remote "$POOLER" "echo 'server_login_retry = 0.1' >>/etc/pgbouncer/$1-1.ini &&
    $BIN/psql -Xq -h /run/pgbouncer/$1-1 -p $(pooler_port "$1") -U pgbouncer -d pgbouncer -c RELOAD"
}

# With DIRECT set, clients use no pooler, and none is pointed.
point_or_not() {
  if [ -n "${DIRECT:-}" ]; then touch share/direct; else rm -f share/direct; fi
}

# ---- what the two scripts do before and after the pause


script_setup() { # HERD
  lab herd "$1" "${MEMBERS[@]}"
  lab pgbouncer "$POOLER" "$1"
  pooler_port "$1" >"share/pooler-$1"
  open_masters "${MEMBERS[@]}" "$POOLER"
}

make_slots() { # HOST PORT SLOT...
  local slot
  for slot in "${@:3}"; do
    ask "$1" "$2" "select pg_create_physical_replication_slot('$slot', true)
      where not exists (select from pg_replication_slots where slot_name = '$slot')" >/dev/null
  done
}

databases_line() { # HOST PORT
  echo "app = host=$(address "$1") port=$2 dbname=app"
}

# The other standby follows, the old primary becomes a standby.
follow_up() { # HERD PORT
  local data
  data=$(data_of "$1")
  ask "$OTHER" "$2" "alter system set primary_conninfo = '$(conninfo "$NEW" "$2" "$OTHER")'"
  ask "$OTHER" "$2" "select pg_reload_conf()" >/dev/null
  remote "$OLD" "[ -e $data/standby.signal ] || {
    printf '%s\n' \"primary_conninfo = '$(conninfo "$NEW" "$2" "$OLD")'\" \"primary_slot_name = '$OLD'\" >>$data/postgresql.auto.conf
    touch $data/standby.signal; }"
  ask "$NEW" "$2" checkpoint
  start_server "$OLD" "$1"
  ask "$OLD" "$2" "select pg_drop_replication_slot(slot_name) from pg_replication_slots" >/dev/null
  await_standbys "$NEW" "$2"
}
