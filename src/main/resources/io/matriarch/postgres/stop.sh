# Stops a server in mode fast by its signal, ends WAL senders that hold it up, and proves that no process is left.
# Arguments: data directory, directory of programs or '', seconds in all, seconds after which WAL senders other than
# those to the address are ended, that address, seconds after which it is stopped in mode immediate, and killed
# if that does nothing, or 0 for never.
# Prints "down", then what pg_controldata says, one fact a line.
data=$1 bin=$2 seconds=$3 patience=$4 spared=$5 immediate=${6:-0}
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
cd / || exit
fail() { echo "matriarch-stop: $1" >&2; exit 99; }

ended='' quit='' begun=0 now=0
# In 1/100 s since the host started: rounds of a loop last longer on a host that is busy.
clock() {
    read -r up _ </proc/uptime
    frac=${up#*.}
    eval "$1=$((${up%.*} * 100 + 1$frac - 100))"
}

belongs() {
    comm=''
    { read -r comm <"/proc/$1/comm"; } 2>/dev/null
    case $comm in postgres | postmaster | edb-postgres) ;; *) return 1 ;; esac
    # shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
    [ "/proc/$1/cwd" -ef "$data" ]
}
left() {
    count=0
    for process in /proc/[0-9]*; do
        belongs "${process#/proc/}" && count=$((count + 1))
    done
    echo "$count"
}
end_senders() {
    for process in /proc/[0-9]*; do
        belongs "${process#/proc/}" || continue
        title=$(tr '\0' ' ' <"$process/cmdline" 2>/dev/null)
        case $title in
            *walsender*" $spared("*) ;;
            *walsender*)
                echo "ended ${process#/proc/} $title"
                kill -TERM "${process#/proc/}" 2>/dev/null ;;
        esac
    done
}

[ -s "$data/PG_VERSION" ] || fail "no PG_VERSION can be read in $data"
pid=''
if [ -e "$data/postmaster.pid" ]; then
    { read -r pid; } <"$data/postmaster.pid" 2>/dev/null
    case $pid in '' | *[!0-9]*) pid='' ;; *) belongs "$pid" || pid='' ;; esac
fi
if [ -n "$pid" ]; then
    kill -INT "$pid" || fail "the postmaster $pid takes no signal from $(id -un)"
    clock begun
    while belongs "$pid"; do
        clock now
        since=$((now - begun))
        [ "$since" -lt $((seconds * 100)) ] || fail "its postmaster $pid still runs after $seconds s"
        if [ "$since" -ge $((patience * 100)) ] && [ -z "$ended" ]; then
            ended=yes
            end_senders
        fi
        if [ "$immediate" -gt 0 ] && [ "$since" -ge $((immediate * 100)) ] && [ -z "$quit" ]; then
            quit=yes
            echo "stopped immediate $pid"
            kill -QUIT "$pid" 2>/dev/null
        fi
        # One that is frozen takes no signal but the last.
        [ -z "$quit" ] || [ "$since" -lt $((immediate * 100 + 300)) ] || break
        sleep 0.01
    done
fi
# A backend that is busy goes on, and commits, without its postmaster.
if [ "$immediate" -gt 0 ] && [ "$(left)" -gt 0 ]; then
    clock begun
    for round in QUIT KILL; do
        for process in /proc/[0-9]*; do
            belongs "${process#/proc/}" || continue
            echo "ended ${process#/proc/} by $round"
            kill -"$round" "${process#/proc/}" 2>/dev/null
        done
        clock now
        since=$now
        while [ "$(left)" -gt 0 ] && [ $((now - since)) -lt 300 ]; do sleep 0.05; clock now; done
    done
fi
[ "$(left)" -eq 0 ] || fail "its postmaster is gone, but $(left) of its processes still run in $data"
echo down
control "$data" "$bin"
