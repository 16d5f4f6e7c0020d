# Who signs in through the pooler now, and whether they would come in elsewhere: tried from here, as each user, without a
# password, which no console should have. A server that asks for one has let them pass pg_hba.conf.
# Arguments: how many servers, their hosts and ports, names of the pooler's databases.
# Prints "address IP" for each of this host; "login DATABASE USER SERVER EXIT WORDS" with the unit separator between.
most=4
find_client
tab=$(printf '\t')
for address in $(hostname -I 2>/dev/null); do printf 'address%s%s\n' "$us" "$address"; done
directory=$(mktemp -d) || fail 87 "no directory can be made for the answers"
trap 'rm -rf "$directory"' EXIT
[ -n "$passfile" ] && export PGPASSFILE="$passfile"
PGCONNECT_TIMEOUT=5 PGAPPNAME=matriarch timeout -k 1 "$limit" "$client" -X -A -q -w -F "$us" -P footer=off \
    -h "$host" -p "$port" -U "$user" -d pgbouncer \
    -c 'SHOW DATABASES' -c "\\echo $mark" -c 'SHOW POOLS' >"$directory/shown" 2>"$directory/said" ||
    fail 86 "the console of the pooler $host:$port did not answer: $(tr '\n' ' ' <"$directory/said" | cut -c 1-200)"
unset PGPASSFILE
servers=$1
shift
n=0 doors=''
while [ "$n" -lt "$servers" ]; do
    n=$((n + 1))
    doors="$doors$n$us$1$us$2$nl"
    shift 2
done
wanted=$nl
for name; do wanted=$wanted$name$nl; done

# Database on the server and user of each pool, once, for the databases that are ours.
wanted=$wanted awk -F "$us" -v mark="$mark" -v most="$most" '
    $0 == mark { part++; header = 0; next }
    !header { header = NF; delete at; for (i = 1; i <= NF; i++) at[$i] = i; next }
    NF != header { next }
    !part { real[$(at["name"])] = $(at["database"]); next }
    {
        name = $(at["database"]); user = $(at["user"])
        if (name == "pgbouncer" || user == "" || !index(ENVIRON["wanted"], "\n" name "\n")) next
        line = (name in real && real[name] != "" ? real[name] : name) FS user
        if (!(line in told) && ++number <= most) print line
        told[line] = 1
    }' "$directory/shown" >"$directory/pools"

quoted_conninfo() { printf "%s='%s' " "$1" "$(printf %s "$2" | sed "s/[\\\\']/\\\\&/g")"; }
at_server() { # NUMBER HOST PORT
    while IFS=$us read -r database login; do
        PGPASSFILE=$directory/none PGCONNECT_TIMEOUT=5 PGAPPNAME=matriarch timeout -k 1 8 "$client" -X -A -t -q -w \
            "$(quoted_conninfo host "$2"; quoted_conninfo port "$3"; quoted_conninfo dbname "$database"; quoted_conninfo user "$login")" \
            -c 'select 1' >/dev/null 2>"$directory/$1.said" </dev/null
        code=$?
        said=$(tr "$tab\n" '  ' <"$directory/$1.said" | cut -c 1-300)
        printf 'login%s%s%s%s%s%s%s%s%s%s\n' "$us" "$database" "$us" "$login" "$us" "$1" "$us" "$code" "$us" "$said"
        # One silence is enough to know of a server.
        case $code$said in 124* | 137* | *'timeout expired'*) break ;; esac
    done <"$directory/pools" >"$directory/$1.told"
}
list=$doors
while [ -n "$list" ]; do
    IFS=$us read -r number there door <<END
${list%%"$nl"*}
END
    list=${list#*"$nl"}
    at_server "$number" "$there" "$door" &
done
wait
set +f
cat "$directory"/*.told 2>/dev/null
echo end
