# Connects to several servers at once, to each as a WAL receiver would and for SQL. Changes nothing.
# Standard input: a service file that defines the services matriarch1, matriarch2 and so on.
# Arguments: data directory, directory of programs or '', how many services.
# Prints lines: kind, number, exit code of psql, what it said.
data=$1 bin=$2 number=$3
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE \
    PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGCHANNELBINDING
umask 077
cd / || exit
directory=$(mktemp -d) || exit 99
trap 'rm -rf "$directory"' EXIT
cat >"$directory/services"
{ read -r major <"$data/PG_VERSION"; } 2>/dev/null
for programs in "$bin" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
    [ -n "$programs" ] && [ -x "$programs/psql" ] && break
    programs=''
done
try() { # kind, number, connection, statement
    PGSERVICEFILE=$directory/services PGCONNECT_TIMEOUT=4 timeout -k 1 8 \
        "${programs:+$programs/}psql" -X -A -t -q -w "$3" -c "$4" >/dev/null 2>"$directory/$1$2"
    code=$?
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$code" \
        "$(tr '\t\n' '  ' <"$directory/$1$2" | cut -c 1-300)" >"$directory/$1$2.told"
}
n=1
while [ "$n" -le "$number" ]; do
    try replication "$n" "service=matriarch$n dbname=replication replication=true" IDENTIFY_SYSTEM &
    try sql "$n" "service=matriarch$n dbname=postgres" 'select 1' &
    n=$((n + 1))
done
wait
cat "$directory"/*.told
