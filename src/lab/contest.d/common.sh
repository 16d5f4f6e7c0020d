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
  -oControlPath="ssh/%h")

open_masters() { # HOST...
  local host
  mkdir -p ssh
  for host in "$@"; do
    "${SSH[@]}" -O check "postgres@$(address "$host")" 2>/dev/null ||
      "${SSH[@]}" -M -f -N "postgres@$(address "$host")" </dev/null >/dev/null 2>&1
  done
}

close_masters() {
  local host
  for host in "${MEMBERS[@]}" "$POOLER"; do
    "${SSH[@]}" -O exit "postgres@$(address "$host")" 2>/dev/null || true
  done
}

remote() { # HOST SCRIPT
  "${SSH[@]}" "postgres@$(address "$1")" "$2" </dev/null
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

# ---- what the two scripts do before and after the pause


script_setup() { # HERD
  lab herd "$1" "${MEMBERS[@]}"
  lab pgbouncer "$POOLER" "$1"
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
