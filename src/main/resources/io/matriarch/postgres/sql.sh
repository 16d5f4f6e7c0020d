# Runs SQL from standard input in one psql session and prints rows, columns separated by tabs.
# Arguments: data directory, owner, port, socket directory or '', directory of programs or '', seconds for each statement
# and for all; 0 for a session that stays and is asked with limits of its own.
data=$1 owner=$2 port=$3 sockets=$4 bin=$5 seconds=$6
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE \
    PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGDATESTYLE PGTZ PGCHANNELBINDING
cd / || exit
fail() { echo "matriarch-sql: $1" >&2; exit 99; }

{ read -r major <"$data/PG_VERSION"; } 2>/dev/null || fail "no PG_VERSION can be read in $data"
{ read -r _; read -r _; read -r _; read -r pidport; IFS= read -r pidsockets; read -r listen; } \
    2>/dev/null <"$data/postmaster.pid" || fail "it is not running: $data has no postmaster.pid"
port=${pidport:-$port}
host=${pidsockets:-$sockets}
if [ -z "$pidsockets" ] && [ -n "$listen" ]; then
    case $listen in '*' | 0.0.0.0 | ::) host=localhost ;; *) host=$listen ;; esac
fi
for directory in "$bin" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
    [ -n "$directory" ] && [ -x "$directory/psql" ] && break
    directory=''
done
client=${directory:+$directory/}psql
tab=$(printf '\t')
limit=''
[ "$seconds" = 0 ] || limit="timeout -k 1 $seconds"
if [ -n "$host" ]; then set -- -h "$host"; else set --; fi
# shellcheck disable=SC2086 # the limit is words of our own
PGOPTIONS="-c search_path=pg_catalog -c client_min_messages=error -c statement_timeout=${seconds}s" \
    PGAPPNAME=matriarch PGCONNECT_TIMEOUT=4 PGCLIENTENCODING=UTF8 \
    exec $limit "$client" -X -A -t -q -w -F "$tab" -v ON_ERROR_STOP=1 \
    "$@" -p "$port" -U "$owner" -d postgres
