# Looks at one cluster and prints what it saw, one fact a line: its name, a space, its value.
# Arguments: data directory, owner, port, socket directory or '', directory of programs or ''.
# Standard input: the SQL for a running server.
data=$1 owner=$2 port=$3 sockets=$4 bin=$5
LC_ALL=C PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE \
    PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGDATESTYLE PGTZ PGCHANNELBINDING
cd / || exit

say() { printf '%s %s\n' "$1" "$(printf %s "$2" | tr '\n' ' ')"; }
answer() { say state "$1"; say error "$2"; exit 0; }
limit() { if command -v timeout >/dev/null; then timeout -k 1 "$@"; else shift; "$@"; fi; }

# A process counts if it is PostgreSQL and works in this directory.
belongs() {
    comm=''
    { read -r comm <"/proc/$1/comm"; } 2>/dev/null
    case $comm in postgres | postmaster | edb-postgres) ;; *) return 1 ;; esac
    # shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
    [ "/proc/$1/cwd" -ef "$data" ]
}

# Whole seconds would order this look before one of the same second; not every date knows fractions.
now=$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ 2>/dev/null)
case $now in *.[0-9][0-9][0-9][0-9][0-9][0-9]Z) ;; *) now=$(date -u +%Y-%m-%dT%H:%M:%SZ) ;; esac
say clock "$now"
{ read -r major <"$data/PG_VERSION"; } 2>/dev/null ||
    answer unknown "$(id -un) can read no PG_VERSION in $data"
say major "$major"

if [ "$major" -lt 12 ] 2>/dev/null; then signal=recovery.conf; else signal=standby.signal; fi
if [ -e "$data/$signal" ]; then say standbySignal true; else say standbySignal false; fi

pid='' pidport='' pidsockets='' listen='' pidstatus=''
if [ -e "$data/postmaster.pid" ]; then
    { read -r pid; read -r _; read -r _; read -r pidport; IFS= read -r pidsockets; read -r listen
      read -r _; read -r pidstatus; } <"$data/postmaster.pid" 2>/dev/null
    case $pid in '' | *[!0-9]*) pid='' ;; *) belongs "$pid" || pid='' ;; esac
fi

for directory in "$bin" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
    [ -n "$directory" ] && [ -x "$directory/pg_controldata" ] && break
    directory=''
done

if [ -z "$pid" ]; then
    left=0
    for process in /proc/[0-9]*; do
        belongs "${process#/proc/}" && left=$((left + 1))
    done
    [ "$left" -eq 0 ] ||
        answer refusing "its postmaster is gone, but $left of its processes still run in $data"
    # The programs of another major print nonsense and exit 0.
    case $("$directory/pg_controldata" --version 2>/dev/null) in
        *"(PostgreSQL) $major" | *"(PostgreSQL) $major."* | *"(PostgreSQL) $major"[!0-9]*)
            limit 5 "$directory/pg_controldata" -D "$data" 2>/dev/null | sed 's/^/control /' ;;
    esac
    answer stopped ''
fi

say pid "$pid"
[ -z "$pidport" ] || port=$pidport
host=${pidsockets:-$sockets}
if [ -z "$pidsockets" ] && [ -n "$listen" ]; then
    case $listen in '*' | 0.0.0.0 | ::) host=localhost ;; *) host=$listen ;; esac
fi
say port "$port"
say sockets "$host"

{ read -r _ _ letter _ <"/proc/$pid/stat"; } 2>/dev/null || letter=''
case $letter in
    T | t) answer hung "its postmaster $pid was stopped by a signal (process state $letter)" ;;
esac

client=$directory/psql
[ -x "$client" ] || client=psql
if [ -n "$host" ]; then set -- -h "$host"; else set --; fi
{
    error=$(
        PGOPTIONS='-c search_path=pg_catalog -c client_min_messages=error -c statement_timeout=8000' \
            PGAPPNAME=matriarch PGCONNECT_TIMEOUT=4 PGCLIENTENCODING=UTF8 \
            limit 10 "$client" -X -A -t -q -w -F ' ' -v ON_ERROR_STOP=1 \
            "$@" -p "$port" -U "$owner" -d postgres 2>&1 >&3
    )
    status=$?
} 3>&1
[ "$status" -ne 0 ] || answer running ''

# What it says is for people; what it is, pg_isready and its own lock file tell.
ready=9
if [ -x "$directory/pg_isready" ]; then
    limit 4 "$directory/pg_isready" -q -t 3 "$@" -p "$port"
    ready=$?
fi
belongs "$pid" || answer unknown "its postmaster $pid ended while we looked"
case $ready/$pidstatus in
    1/starting*) answer starting "$error" ;;
    1/stopping*) answer stopping "$error" ;;
    2/* | 124/* | 137/*) answer hung "no answer within 3 s: $error" ;;
    *) answer refusing "psql exited $status: $error" ;;
esac
