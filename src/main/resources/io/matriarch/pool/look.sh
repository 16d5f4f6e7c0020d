# Shows what the pooler says about itself, and how many processes listen on its port.
find_client
[ -n "$passfile" ] && export PGPASSFILE="$passfile"
set --
for what in VERSION DATABASES POOLS CONFIG CLIENTS SERVERS; do
    set -- "$@" -c "\\echo $mark$what" -c "SHOW $what"
done
PGCONNECT_TIMEOUT=5 PGAPPNAME=matriarch timeout -k 1 "$limit" "$client" -X -A -q -w -F "$us" \
    -P footer=off -h "$host" -p "$port" -U "$user" -d pgbouncer "$@" -c "\\echo ${mark}END"
code=$?
hex=$(printf '%04X' "$port")
# Siblings share address and port; a server that listens on several addresses is still one.
awk -v port=":$hex" 'FNR > 1 && $4 == "0A" && substr($2, length($2) - 4) == port { n = ++seen[$2]; if (n > most) most = n }
    END { print "listeners " most + 0 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
[ "$code" -eq 0 ] || fail 86 "the console of the pooler $host:$port did not answer (psql exited $code)"
