# Writes through the pooler as a client would, detached from everything, and keeps what it felt.
# Arguments: begin, read or end; login, database, seconds after which it ends by itself.
# Prints "felt WRITES LONGEST FAILED WORDS", the longest in milliseconds.
verb=$1 login=$2 database=$3 seconds=$4
felt=$state/$name.felt pid=$state/$name.probe

# A number that another process has by now is left alone.
stop() {
    [ -s "$pid" ] || return 0
    read -r group <"$pid"
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$group/cmdline") in
        *matriarch-probe*) kill -TERM -"$group" 2>/dev/null ;;
    esac
    rm -f "$pid"
}

# What is being written just now may be half a line.
look_felt() {
    looks=0
    while [ "$looks" -lt 50 ]; do
        looks=$((looks + 1))
        writes='' longest='' failed='' words=''
        read -r writes longest failed words <"$felt"
        case $writes$longest$failed in
            '' | *[!0-9]*) sleep 0.02 2>/dev/null || sleep 1 ;;
            *) break ;;
        esac
    done
    said=$((${writes:-0} + ${failed:-0}))
}

# A write that waited all the while is still under way when clients go on: the next but one was sent after that.
await_felt() {
    look_felt
    wanted=$((said + 2)) waits=0
    while [ "$said" -lt "$wanted" ] && [ "$waits" -lt 60 ]; do
        waits=$((waits + 1))
        sleep 0.05 2>/dev/null || sleep 1
        look_felt
    done
}

tell_felt() { echo "felt ${writes:-0} ${longest:-0} ${failed:-0} $words"; }

# A commit that waits for the disk, and for standbys where others do: one with a transaction id alone does not.
write="select pg_logical_emit_message(true, 'matriarch', '');"
# shellcheck disable=SC2016 # a script of its own
loop='
client=$1 host=$2 port=$3 login=$4 database=$5 felt=$6 write=$7
statements() {
    printf "%s\n" "\\timing on" && while echo "$write" 2>/dev/null; do sleep 0.05; done
}
while :; do
    statements | PGCONNECT_TIMEOUT=15 PGAPPNAME=matriarch-probe "$client" -X -A -t -q -w -h "$host" -p "$port" \
        -U "$login" -d "$database" 2>&1
    echo GONE
    sleep 0.1
done | {
    writes=0 longest=0 failed=0 words=""
    while IFS= read -r line; do
        case $line in
            "Time: "*)
                time=${line#Time: }
                time=${time%%.*}
                writes=$((writes + 1))
                [ "$time" -le "$longest" ] || longest=$time
                ;;
            ERROR:* | GONE) failed=$((failed + 1)) ;;
        esac
        case $line in *ERROR:* | *FATAL:*) words=$line ;; esac
        printf "%s %s %s %s\n" "$writes" "$longest" "$failed" "$words" >"$felt"
    done
}'

lock
case $verb in
    begin)
        stop
        echo '0 0 0' >"$felt" || fail 87 "$felt cannot be written; no probe was started"
        find_client
        setsid timeout "$seconds" sh -c "$loop" matriarch-probe "$client" "$host" "$port" "$login" "$database" "$felt" \
            "$write" </dev/null >/dev/null 2>&1 9>&- &
        echo "$!" >"$pid"
        tries=0
        while [ "$tries" -lt 100 ]; do
            tries=$((tries + 1))
            look_felt
            [ "$said" = 0 ] || break
            sleep 0.1 2>/dev/null || sleep 1
        done
        if [ "${failed:-0}" != 0 ] || [ "${writes:-0}" = 0 ]; then
            stop
            fail 90 "a probe cannot write through it as $login in $database: ${words:-no answer}; its password belongs into" \
                "the .pgpass of $owner on this host"
        fi
        ;;
    read)
        if [ -e "$felt" ]; then
            await_felt
            tell_felt
        fi
        ;;
    end)
        stop
        if [ -e "$felt" ]; then
            look_felt
            tell_felt
            rm -f "$felt"
        fi
        ;;
esac
exit 0
