# shellcheck shell=bash
# Where a fleet lives: its files, its addresses, its members. Read by src/lab/fleet.

# name, last octet of the address, site, environment
MEMBERS='
ams-db1 11 ams prod
ams-db2 12 ams prod
fra-db1 13 fra prod
fra-db2 14 fra prod
ams-stg1 15 ams stage
fra-stg1 16 fra stage
'
# server:herd:port:start, where start is Debian's start.conf; standbys add :server:port of their upstream
PRIMARIES=(ams-db1:orders:5432:auto fra-db2:billing:5432:auto ams-stg1:search:5432:auto fra-stg1:reports:5432:manual)
STANDBYS=(ams-db2:orders:5432:auto:ams-db1:5432 fra-db1:orders:5432:auto:ams-db1:5432
  ams-db2:billing:5433:auto:fra-db2:5432)
SERVERS=()
declare -A OCTET SITE ENVIRONMENT
while read -r name octet site environment; do
  [ -n "$name" ] || continue
  SERVERS+=("$name")
  OCTET[$name]=$octet SITE[$name]=$site ENVIRONMENT[$name]=$environment
done <<<"$MEMBERS"
SSH_PORT=2222
# The pooler of "orders" runs where none of its members does: a member may lose its power, and clients stay.
POOLER_SERVER=fra-db2
POOLER_PORT=6432

die() {
  echo "fleet: $*" >&2
  exit 1
}

# Sets DIR, HASH, ROOT, OWNER and AS_OWNER for a directory, and the fleet's own settings if it was made before.
open_place() {
  DIR=$(realpath -m -- "$1")
  HASH=$(printf %s "$DIR" | sha256sum | cut -c1-8)
  if [ "$(id -u)" = 0 ]; then
    # "postgres" reaches nothing below a directory that only root may enter.
    ROOT=/var/lib/matriarch-demo-$HASH OWNER=postgres
    AS_OWNER=(setpriv --reuid=postgres --regid=postgres --init-groups)
  else
    ROOT=$DIR/fleet OWNER=$(id -un)
    # shellcheck disable=SC2034
    AS_OWNER=()
  fi
  case $ROOT in
    *[!A-Za-z0-9/._-]*) die "the path $ROOT holds characters that sshd_config cannot quote; choose another --dir" ;;
  esac
  if [ -f "$ROOT/fleet.env" ]; then
    # shellcheck disable=SC1091
    . "$ROOT/fleet.env"
  fi
  cd /
}

lock_place() {
  mkdir -p "$DIR" "$ROOT"
  exec 9>"$ROOT/.lock"
  flock -w 120 9 || die "another fleet command works on $DIR for two minutes already; see: fuser $ROOT/.lock"
}

make_place() {
  if [ ! -f "$ROOT/fleet.env" ]; then
    find_postgres
    find_net
    RUN_ROOT=$ROOT/run
    # A Unix socket's path holds 107 bytes at most.
    if [ ${#RUN_ROOT} -gt 80 ]; then RUN_ROOT=/tmp/matriarch-demo-$HASH; fi
    printf '%s=%q\n' NET "$NET" VERSION "$VERSION" RUN_ROOT "$RUN_ROOT" \
      REPLICATION_PASSWORD "$(secret)" APP_PASSWORD "$(secret)" |
      (umask 077 && cat >"$ROOT/fleet.env.new")
    mv "$ROOT/fleet.env.new" "$ROOT/fleet.env"
    # shellcheck disable=SC1091
    . "$ROOT/fleet.env"
  fi
  [ -x "/usr/lib/postgresql/$VERSION/bin/postgres" ] ||
    die "this fleet was made with PostgreSQL $VERSION, which is not installed any more: install it, or reset the fleet"
  install -m 600 "$ROOT/fleet.env" "$DIR/fleet.env"
  owned_directory "$RUN_ROOT" 755
}

find_postgres() {
  local bin newest=0
  for bin in /usr/lib/postgresql/*/bin/postgres; do
    [ -x "$bin" ] || continue
    bin=${bin#/usr/lib/postgresql/} bin=${bin%%/*}
    case $bin in *[!0-9]*) continue ;; esac
    if [ "$bin" -gt "$newest" ]; then newest=$bin; fi
  done
  [ "$newest" -gt 0 ] || die "no PostgreSQL below /usr/lib/postgresql; install the package postgresql"
  VERSION=$newest
}

# A /24 of loopback addresses derived from the directory, on which nothing listens.
find_net() {
  local try digest
  for try in {0..63}; do
    digest=$(printf '%s %s' "$DIR" "$try" | sha256sum)
    NET=127.$((64 + 16#${digest:0:2} % 64)).$((16#${digest:2:2}))
    if [ -n "${MATRIARCH_DEMO_NET:-}" ]; then NET=$MATRIARCH_DEMO_NET.$((16#${digest:2:2})); fi
    net_in_use || return 0
  done
  die "found no free loopback addresses for $DIR"
}

net_in_use() {
  local a b c
  IFS=. read -r a b c <<<"$NET"
  grep -q "$(printf ': ..%02X%02X%02X:.... [0-9A-F]*:.... 0A' "$c" "$b" "$a")" /proc/net/tcp && return
  grep -qsx "NET=$NET" /var/lib/matriarch-demo-*/fleet.env
}

secret() { head -c 18 /dev/urandom | base64 | tr '+/' '-_'; }

address() { echo "$NET.${OCTET[$1]}"; }

known_server() { [ -n "${OCTET[$1]:-}" ] || die "no server $1 in this fleet; there are: ${SERVERS[*]}"; }

owned_directory() { # PATH MODE
  if [ "$(id -u)" = 0 ]; then
    install -d -o "$OWNER" -g "$OWNER" -m "$2" "$1"
  else
    install -d -m "$2" "$1"
  fi
}

# Standard input to a file that belongs to the owner of the clusters.
owned_file() { # PATH MODE
  (umask 077 && cat >"$1.new")
  chmod "$2" "$1.new"
  if [ "$(id -u)" = 0 ]; then chown "$OWNER:$OWNER" "$1.new"; fi
  mv "$1.new" "$1"
}

write_description() {
  local name spec separator='' server herd port
  {
    printf '{"owner":"%s","root":"%s","net":"%s",\n "servers":[' "$OWNER" "$ROOT" "$NET"
    for name in "${SERVERS[@]}"; do
      printf '%s\n  {"name":"%s","address":"%s","sshPort":%s,"hostKey":"%s","environment":"%s","site":"%s"}' \
        "$separator" "$name" "$(address "$name")" "$SSH_PORT" \
        "$(cut -d' ' -f1,2 "$ROOT/$name/ssh/host_key.pub")" "${ENVIRONMENT[$name]}" "${SITE[$name]}"
      separator=,
    done
    printf '],\n "clusters":['
    separator=
    for spec in "${PRIMARIES[@]}" "${STANDBYS[@]}"; do
      IFS=: read -r server herd port _ <<<"$spec"
      printf '%s\n  {"server":"%s","name":"%s","version":"%s","port":%s,"dataDirectory":"%s"}' \
        "$separator" "$server" "$herd" "$VERSION" "$port" "$(data_directory "$server" "$herd")"
      separator=,
    done
    printf '],\n "pooler":{"name":"orders","herd":"orders","environment":"prod","server":"%s","address":"%s","port":%s,\n' \
      "$POOLER_SERVER" "$(address "$POOLER_SERVER")" "$POOLER_PORT"
    printf '  "database":"shop","user":"app","socketDirectory":"%s","databasesFile":"%s"}}\n' \
      "$RUN_ROOT/$POOLER_SERVER" "$ROOT/$POOLER_SERVER/pgbouncer/databases.ini"
  } >"$DIR/fleet.json.new"
  mv "$DIR/fleet.json.new" "$DIR/fleet.json"
}
