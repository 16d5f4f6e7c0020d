# Rewinds a stopped server onto the timeline of another one by pg_rewind, detached from whoever asked for it.
# Arguments: verb, data directory; what follows belongs to the verb. All that is known of a rewind lies in a directory of
# its own outside the data directory, which is also the mark that forbids every start:
#   state                 prints what is known; "phase none" if there is nothing
#   prepare ...           keeps the order and turns autostart off; standard input: a service file for pg_rewind, a line
#                         "# worker", and this script
#   abandon               what was prepared is not begun: the mark is lifted
#   spawn                 begins to work in a session of its own
#   wait SECONDS          until nobody works on it any more or the time is over, then as state
#   worker                works; a second one finds the first by its lock
#   release               before the first start by us: a start by hand is possible, one by the host is not
#   settle                it streams: autostart as it was, and nothing is kept
# Phases: preparing (nothing was touched that a start would not touch), failed (the same, given up), rewinding (if nobody
# works on it: unusable), rewound (its own configuration is still to be put back), ready.
verb=$1 data=$2
shift 2
LC_ALL=C PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGOPTIONS PGSSLMODE \
    PGTARGETSESSIONATTRS PGDATESTYLE PGTZ PGCHANNELBINDING
umask 077
cd / || exit
fail() { echo "matriarch-rewind: $1" >&2; exit 99; }

# Not by $HOME: who becomes the owner may keep his own.
home=$(getent passwd "$(id -un)" | cut -d: -f6)/.local/state/matriarch
other=/var/tmp/matriarch-$(id -u)
name=rewind$(printf %s "$data" | tr / %)
dir=$home/$name
if [ ! -d "$dir" ] && [ -O "$other" ] && [ ! -L "$other" ] && [ -d "$other/$name" ]; then dir=$other/$name; fi

put() { printf '%s\n' "$2" >"$dir/$1.new" && sync "$dir/$1.new" && mv -f "$dir/$1.new" "$dir/$1" && sync "$dir"; }
get() { cat "$dir/$1" 2>/dev/null; }
phase() { if [ -e "$dir/phase" ]; then get phase; else echo none; fi; }
state() {
    held=no
    if [ -e "$dir/lock" ]; then flock -n "$dir/lock" true || held=yes; fi
    echo "phase $(phase)"
    echo "held $held"
    for each in run fork lost said enabled; do
        [ ! -e "$dir/$each" ] || echo "$each $(get "$each" | tr '\n' ' ')"
    done
    echo "dir $dir"
    [ ! -d /run/systemd/system ] || ! command -v systemd-run >/dev/null || echo "systemd yes"
}

running() {
    for process in /proc/[0-9]*; do
        comm=''
        { read -r comm <"$process/comm"; } 2>/dev/null
        case $comm in postgres | postmaster | edb-postgres) ;; *) continue ;; esac
        # shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
        [ "$process/cwd" -ef "$data" ] && return 0
    done
    return 1
}

autostart() { # WORD, or nothing for what it was
    startconf=$(get startconf)
    [ -n "$startconf" ] && [ -e "$startconf" ] || return 0
    if [ ! -e "$dir/start.conf" ]; then
        { cp -p "$startconf" "$dir/start.conf.new" && sync "$dir/start.conf.new" &&
            mv "$dir/start.conf.new" "$dir/start.conf" && sync "$dir"; } || return 1
    fi
    if [ -n "$1" ]; then echo "$1" >"$startconf.new"; else cat "$dir/start.conf" >"$startconf.new"; fi &&
        chmod --reference="$dir/start.conf" "$startconf.new" && sync "$startconf.new" &&
        mv -f "$startconf.new" "$startconf" && sync "${startconf%/*}"
}

control() { "$bin/pg_controldata" -D "$data" | sed -n "s/^$1: *//p"; }
setting() { "$bin/postgres" -C "$1" -D "$data" -c config_file="$config" 2>/dev/null; }
position() { printf %d "$(((0x${1%/*} << 32) + 0x${1#*/}))"; }
signal() { { [ -e "$data/standby.signal" ] || : >"$data/standby.signal"; } && rm -f "$data/recovery.signal" && sync "$data"; }
# Nothing was touched that a start as a standby would not touch.
give_up() {
    put said "$1"
    rm -f "$dir/service"
    echo "given up: $1"
    [ ! -s "$data/PG_VERSION" ] || signal
    autostart '' && rm -f "$dir/start.conf" && put phase failed
    exit 0
}
stay() { put said "$1"; rm -f "$dir/service"; echo "$1"; exit 0; }

examine() {
    ! running || give_up "a server runs in $data"
    [ ! -e "$data/backup_label" ] || give_up "$data holds a backup_label: it is a base backup that never became a server"
    found=$(control 'Database system identifier')
    [ "$found" = "$(get identifier)" ] || give_up "its system identifier is $found, not that of $(get identifier)"
    [ "$(control 'Data page checksum version')" != 0 ] || [ "$(control 'wal_log_hints setting')" = on ] ||
        give_up "it has neither data checksums nor wal_log_hints, so pg_rewind cannot see what it changed"
    [ "$(control "Latest checkpoint's full_page_writes")" = on ] || give_up "its full_page_writes was not on"
    case $(setting primary_conninfo) in
        *"host='$(get address)'"*) ;;
        *) give_up "its configuration $config does not make it follow $(get address)" ;;
    esac
}

# Single-user mode dies on a signal file. Nothing may start it in the meantime: the mark is there, autostart is off.
recover() {
    case $(control 'Database cluster state') in 'shut down' | 'shut down in recovery') return ;; esac
    echo "crash recovery in single-user mode"
    { rm -f "$data/standby.signal" "$data/recovery.signal" && sync "$data"; } || give_up "its signal files cannot be removed"
    "$bin/postgres" --single -D "$data" -c config_file="$config" template1 </dev/null
    said=$?
    signal
    [ "$(control 'Database cluster state')" = 'shut down' ] ||
        give_up "its crash recovery in single-user mode exited $said and left it \"$(control 'Database cluster state')\": $(tail -n 3 "$dir/log")"
}

segment() { # BYTES TIMELINE
    size=$(control 'Bytes per WAL segment')
    printf '%s/pg_wal/%08X%08X%08X' "$data" "$2" "$(($1 >> 32))" "$((($1 & 0xFFFFFFFF) / size))"
}

# Transactions on this server alone that would be gone: a number, or why it is not known.
lost() { # FORK TIMELINE
    [ "$2" = "$(control "Latest checkpoint's TimeLineID")" ] || { echo "not known: it has gone on to another timeline"; return; }
    case $(control 'Database cluster state') in
        'shut down') wanted=$(control 'Latest checkpoint location') ;;
        *) wanted=$(control 'Minimum recovery ending location') ;;
    esac
    # Without the segments it would learn their size from any file, and one that is kept for later holds nothing.
    "$bin/pg_waldump" -t "$2" -s "$1" "$(segment "$(position "$1")" "$2")" "$(segment "$(($(position "$wanted") - 1))" "$2")" \
        2>"$dir/dump" | awk '
        match($0, /lsn: [0-9A-F]+\/[0-9A-F]+/) { last = substr($0, RSTART + 5, RLENGTH - 5) }
        /rmgr: Transaction / && /desc: (COMMIT|PREPARE)/ { found++ }
        END { print found + 0, last }' >"$dir/found"
    read -r found end <"$dir/found"
    # A standby's WAL goes to where the last record ends, and only what came after that tells.
    [ "$(control 'Database cluster state')" = 'shut down' ] || [ ! -s "$dir/dump" ] ||
        end=$(sed -n 's|.* at \([0-9A-F]*/[0-9A-F]*\).*|\1|p' "$dir/dump" | tail -n 1)
    if [ -n "$end" ] && [ "$(position "$end")" -ge "$(position "$wanted")" ]; then
        echo "$found"
    else
        echo "not known: its WAL can be read to ${end:-$1} only, and it goes to $wanted ($(head -n 1 "$dir/dump"))"
    fi
}

rewind() { # MORE...
    PGSERVICEFILE=$dir/service PGCONNECT_TIMEOUT=10 "$bin/pg_rewind" -D "$data" --source-server=service=matriarch \
        --no-ensure-shutdown "$@"
}

# Whatever is no part of the data, since all of it becomes the source's.
keep() {
    rm -rf "$dir/kept" "$dir/kept.new"
    mkdir "$dir/kept.new" || return 1
    for each in "$data"/* "$data"/.[!.]*; do
        case ${each##*/} in
            PG_VERSION | postmaster.* | backup_* | tablespace_map* | current_logfiles* | *.signal | matriarch.* | core*) continue ;;
            pg_*) [ -f "$each" ] || continue ;;
        esac
        if [ -d "$each" ] && [ ! -L "$each" ]; then
            case $each in *.d) cp -a "$each" "$dir/kept.new/" || return 1 ;; esac
        elif [ -L "$each" ] || [ -n "$(find "$each" -size -1024k 2>/dev/null)" ]; then
            cp -pP "$each" "$dir/kept.new/" || return 1
        fi
    done
    sync "$dir/kept.new"/* "$dir/kept.new"
    mv "$dir/kept.new" "$dir/kept" && sync "$dir"
}

restore() {
    for each in "$dir/kept"/* "$dir/kept"/.[!.]*; do
        [ -e "$each" ] || [ -L "$each" ] || continue
        file=$data/${each##*/}
        if [ -d "$each" ] && [ ! -L "$each" ]; then
            { rm -rf "$file" && cp -a "$each" "$data/" && diff -r "$each" "$file"; } || stay "$file cannot be put back"
        else
            { cp -pP "$each" "$file.new" && sync "$file.new" && mv -f "$file.new" "$file" && cmp "$each" "$file"; } ||
                stay "$file cannot be put back"
        fi
    done
    signal || stay "standby.signal cannot be written"
    case $(setting primary_conninfo) in
        *"host='$(get address)'"*) ;;
        *) stay "its configuration $config does not make it follow $(get address)" ;;
    esac
    port=$(setting port)
    [ "$port" = "$(get port)" ] || stay "its configuration $config says port $port, not $(get port)"
}

work() {
    bin=$(get bin) config=$(get config) major=$(cat "$data/PG_VERSION")
    if [ "$(phase)" = preparing ]; then
        examine
        recover
        set --
        if [ -n "$(setting restore_command)" ]; then
            if [ "$major" -ge 15 ]; then set -- -c --config-file="$config"; elif [ -e "$data/postgresql.conf" ]; then set -- -c; fi
        fi
        rewind --dry-run "$@" >"$dir/dry" 2>&1 || give_up "pg_rewind cannot do it: $(grep -v '^pg_rewind: connected' "$dir/dry" | tail -n 3)"
        cat "$dir/dry"
        if grep -q 'no rewind required' "$dir/dry"; then
            put fork ''
        else
            fork=$(sed -n 's|.*servers diverged at WAL location \([0-9A-F]*/[0-9A-F]*\) on timeline \([0-9]*\).*|\1 \2|p' "$dir/dry")
            put fork "$fork"
            # shellcheck disable=SC2086 # two words
            put lost "$(if [ -n "$fork" ]; then lost $fork; else echo "not known: pg_rewind does not say where they parted"; fi)"
            [ "$(get lost)" = 0 ] || [ "$(get discard)" = yes ] ||
                give_up "transactions committed past the fork at ${fork% *} that this server alone has: $(get lost)"
        fi
        keep || give_up "its configuration cannot be kept in $dir"
        if [ -n "$(get fork)" ]; then
            ! running || give_up "a server was started in $data"
            put phase rewinding || give_up "$dir cannot be written"
            rewind "$@" || stay "pg_rewind ended with exit $? in the middle: $(tail -n 3 "$dir/log")"
        fi
        put phase rewound || stay "$dir cannot be written"
    fi
    [ "$(phase)" = rewound ] || exit 0
    restore
    rm -f "$dir/said" "$dir/service"
    put phase ready
}

case $verb in
    state) state ;;
    prepare)
        bin=$1
        { read -r major <"$data/PG_VERSION"; } 2>/dev/null || fail "no PG_VERSION can be read in $data"
        for bin in "$1" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
            [ -n "$bin" ] && [ -x "$bin/pg_rewind" ] && break
            bin=''
        done
        [ -n "$bin" ] || fail "there is no pg_rewind of PostgreSQL $major; nothing was changed"
        config=${3:-$data/postgresql.conf}
        [ -r "$config" ] || fail "$config cannot be read, so nobody can say how it would start; nothing was changed"
        if [ ! -d "$dir" ] && ! mkdir -p "$dir" 2>/dev/null; then
            [ -d "$other" ] || mkdir "$other" 2>/dev/null
            if [ ! -O "$other" ] || [ -L "$other" ] || ! mkdir -p "$other/$name"; then
                fail "neither $home nor $other can be written; nothing was changed"
            fi
            dir=$other/$name
        fi
        exec 9>>"$dir/lock"
        if ! flock -n 9; then exec 9>&-; state; exit; fi
        case $(phase) in none | preparing | failed)
            while IFS= read -r line && [ "$line" != '# worker' ]; do printf '%s\n' "$line"; done >"$dir/service"
            { cat >"$dir/worker" && put bin "$bin" && put run "$2" && put config "$config" && put identifier "$4" &&
                put address "$5" && put port "$6" && put discard "$7" && put startconf "$8" &&
                rm -f "$dir/said" "$dir/lost" "$dir/fork" "$dir/log" && put phase preparing; } || fail "$dir cannot be written; nothing was changed"
        esac
        rm -f "$dir/pid"
        # Whoever masks it must know what it was.
        [ -z "$9" ] || [ -e "$dir/enabled" ] || put enabled "$(systemctl is-enabled "$9" 2>/dev/null)"
        autostart disabled || fail "$(get startconf) cannot be written; the data directory was not touched"
        exec 9>&-
        state
        ;;
    abandon)
        exec 9>>"$dir/lock"
        if ! flock -n 9 || [ "$(phase)" != preparing ]; then fail "it is $(phase), or under way"; fi
        give_up 'it could not be begun'
        ;;
    spawn) setsid sh "$dir/worker" worker "$data" </dev/null >/dev/null 2>&1 & ;;
    worker)
        exec 9>>"$dir/lock"
        flock -w 10 9 || exit 0
        exec >>"$dir/log" 2>&1
        echo $$ >"$dir/pid"
        work
        ;;
    wait)
        waits=0
        while [ ! -e "$dir/pid" ] && [ "$waits" -lt 50 ]; do waits=$((waits + 1)); sleep 0.1; done
        flock -w "$1" "$dir/lock" true
        state
        ;;
    release) [ "$(phase)" = ready ] || fail "it is $(phase), not ready"; autostart manual || fail "$(get startconf) cannot be written" ;;
    settle)
        [ -d "$dir" ] || exit 0
        [ "$(phase)" = ready ] || fail "it is $(phase), not ready"
        { autostart '' && rm -rf "$dir"; } || fail "$(get startconf) cannot be written"
        ;;
    *) fail "no such verb: $verb" ;;
esac
