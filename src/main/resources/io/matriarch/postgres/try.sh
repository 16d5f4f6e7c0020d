# Connects as a WAL receiver would. Standard input: a service file that defines the service "matriarch".
# Arguments: data directory, directory of programs or ''.
data=$1 bin=$2
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE \
    PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGCHANNELBINDING
umask 077
cd / || exit
file=$(mktemp) || exit 99
trap 'rm -f "$file"' EXIT
cat >"$file"
{ read -r major <"$data/PG_VERSION"; } 2>/dev/null
for directory in "$bin" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
    [ -n "$directory" ] && [ -x "$directory/psql" ] && break
    directory=''
done
PGSERVICEFILE=$file PGCONNECT_TIMEOUT=5 timeout -k 1 10 "${directory:+$directory/}psql" -X -A -t -q -w \
    "service=matriarch replication=true" -c IDENTIFY_SYSTEM
