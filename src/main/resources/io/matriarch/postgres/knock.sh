# Tries to connect to a server as anybody would, until pg_hba.conf refuses it or the time is over. Prints "refused", or what came
# back instead, "taken" if the connection was taken.
# Arguments: host, port, seconds or 0 for one try, what came back before pg_hba.conf was changed or ''.
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE \
    PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGCHANNELBINDING
cd / || exit
client=$(command -v psql) || for client in /usr/lib/postgresql/*/bin/psql /usr/pgsql-*/bin/psql; do [ -x "$client" ] && break; done
[ -x "$client" ] || { echo "matriarch-knock: there is no psql" >&2; exit 99; }
rounds=$(($3 * 100))
while :; do
    said=$(PGCONNECT_TIMEOUT=4 PGAPPNAME=matriarch timeout -k 1 8 "$client" -X -A -t -q -w -h "$1" -p "$2" -U matriarch -d postgres -c 'select 1' 2>&1) &&
        said=taken
    said=$(printf %s "$said" | tr '\t\n' '  ' | cut -c 1-600)
    # The words depend on the server's lc_messages; the name of the file does not.
    case $said in
        *'pg_hba.conf rejects connection'*) refused=yes ;;
        *pg_hba.conf*) refused=''; [ -z "$4" ] || [ "$said" = "$4" ] || refused=yes ;;
        *) refused='' ;;
    esac
    [ -z "$refused" ] || { echo refused; break; }
    rounds=$((rounds - 1))
    [ "$rounds" -ge 0 ] || { printf '%s\n' "$said"; break; }
    sleep 0.005
done
