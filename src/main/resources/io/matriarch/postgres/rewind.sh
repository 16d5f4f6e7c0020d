# The method rewind: pg_rewind takes back what the server has past the fork.
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

work_rewind() {
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
            put phase changing || give_up "$dir cannot be written"
            rewind "$@" || stay "pg_rewind ended with exit $? in the middle: $(tail -n 3 "$dir/log")"
        fi
        put phase changed || stay "$dir cannot be written"
    fi
}
