# Makes the place where a new standby is to lie: an empty data directory and, by Debian's tools, a cluster's configuration.
# Arguments: data directory, directory of programs or '', major version, Debian's name of the cluster or '', port,
# system identifier of the herd. Standard input: settings, "# matriarch: hba", lines of pg_hba.conf, "# matriarch: ident", lines of pg_ident.conf.
# What is found and not of our making is left alone. A mark outside the data directory tells what is.
data=$1 bin=$2 major=$3 name=$4 port=$5 identifier=$6
LC_ALL=C PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
cd / || exit
# With exit 98 nothing was changed.
refuse() { echo "$1" >&2; exit 98; }
fail() { echo "matriarch-create: $1" >&2; exit 99; }

HOME=$(getent passwd "$(id -un)" | cut -d: -f6)
home=$HOME/.local/state/matriarch
conf=''
[ -z "$name" ] || conf=/etc/postgresql/$major/$name
mark=$home/create$(printf %s "$data" | tr / %)
put() { printf '%s\n' "$1 $identifier $port $name" >"$mark.new" && sync "$mark.new" && mv -f "$mark.new" "$mark" && sync "$home"; }
is() { [ "$(cat "$mark" 2>/dev/null)" = "$1 $identifier $port $name" ]; }

# Whoever starts it would look there, and the inventory does not know that place.
[ -z "$name" ] || [ "${PG_CLUSTER_CONF_ROOT:-/etc/postgresql}" = /etc/postgresql ] ||
    refuse "Debian's tools keep the configuration of clusters in $PG_CLUSTER_CONF_ROOT, not in /etc/postgresql"

for bin in "$bin" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
    [ -n "$bin" ] && [ -x "$bin/pg_basebackup" ] && [ -x "$bin/postgres" ] && break
    bin=''
done
[ -n "$bin" ] || refuse "PostgreSQL $major is not installed (no postgres and pg_basebackup of it)"
[ -z "$name" ] || command -v pg_createcluster >/dev/null || refuse "there is no pg_createcluster"

if is made && [ -d "$data" ] && { [ -z "$conf" ] || [ -r "$conf/postgresql.conf" ]; }; then
    echo "made already"
    exit
fi

# Names of a cluster that is made to be taken in, and never one with data.
skeleton() {
    for each in "$data"/* "$data"/.[!.]*; do
        [ -e "$each" ] || [ -L "$each" ] || continue
        case ${each##*/} in PG_VERSION | postgresql.conf | pg_hba.conf | pg_ident.conf) ;; *) return 1 ;; esac
    done
}
listens() { # PORT
    awk -v port="$(printf :%04X "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

if ! is making; then
    [ ! -e "$data" ] || { [ -d "$data" ] && [ -z "$(ls -A "$data" 2>&1)" ]; } || refuse "$data is not empty, and nobody knows what lies in it"
    [ -z "$conf" ] || [ -z "$(ls -A "$conf" 2>/dev/null)" ] || refuse "$conf is there already: a cluster of that name is known to the host"
    ! listens "$port" || refuse "something listens on port $port already"
    for each in /etc/postgresql/*/*/postgresql.conf; do
        if grep -qs "^[[:space:]]*port[[:space:]]*=*[[:space:]]*'*$port\([^0-9]\|\$\)" "$each"; then
            refuse "port $port belongs to the cluster of $each"
        fi
    done
    for place in "$data" $conf; do
        while [ ! -e "$place" ]; do place=${place%/*}; [ -n "$place" ] || place=/; done
        [ -w "$place" ] || refuse "$(id -un) may not write to $place"
    done
    { mkdir -p "$home" && put making; } || refuse "$home cannot be written"
fi

skeleton || fail "something was put into $data meanwhile; look at it"
{ (umask 022 && mkdir -p "$data") && chmod 700 "$data"; } || fail "$data cannot be made"
if [ -n "$conf" ]; then
    # What an attempt left that was interrupted.
    rm -rf "$conf"
    {
        while IFS= read -r line && [ "$line" != '# matriarch: hba' ]; do
            case $line in
                ssl_*_file\ =*)
                    file=${line#*\'}
                    [ -r "${file%\'}" ] || line="#$line # not on this host"
                    case $line in '#ssl_cert'* | '#ssl_key'*) line="$line
ssl = off" ;; esac
                    ;;
            esac
            printf '%s\n' "$line"
        done >"$data/postgresql.conf" &&
            while IFS= read -r line && [ "$line" != '# matriarch: ident' ]; do printf '%s\n' "$line"; done >"$data/pg_hba.conf" &&
            cat >"$data/pg_ident.conf" && echo "$major" >"$data/PG_VERSION"
    } || fail "$data cannot be written"
    # It takes a cluster in that is there, so none is initialised, which could be started or taken for a herd of its own.
    said=$(pg_createcluster -d "$data" -p "$port" --start-conf auto "$major" "$name" 2>&1) || fail "pg_createcluster: $(printf %s "$said" | tr '\n' ' ')"
    [ -r "$conf/postgresql.conf" ] || fail "pg_createcluster made no $conf/postgresql.conf"
    skeleton || fail "something was put into $data meanwhile; look at it"
    rm -f "$data/PG_VERSION" "$data/postgresql.conf" "$data/pg_hba.conf" "$data/pg_ident.conf"
fi
[ -z "$(ls -A "$data")" ] || fail "something was put into $data meanwhile; look at it"
sync "$data"
put made || fail "$mark cannot be written"
echo "made $data"
