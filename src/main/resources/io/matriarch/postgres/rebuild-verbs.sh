case $verb in
    state) state ;;
    prepare)
        method=$1 bin=$2 major=$3 config=${5:-$data/postgresql.conf}
        tool=pg_rewind
        [ "$method" != basebackup ] || tool=pg_basebackup
        for bin in "$2" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
            [ -n "$bin" ] && [ -x "$bin/$tool" ] && break
            bin=''
        done
        [ -n "$bin" ] || fail "there is no $tool of PostgreSQL $major; nothing was changed"
        found=''
        { read -r found <"$data/PG_VERSION"; } 2>/dev/null
        [ "$found" = "$major" ] || { [ -z "$found" ] && [ "$method" = basebackup ]; } ||
            fail "the version of what lies in $data is ${found:-unknown}, not $major; nothing was changed"
        [ -r "$config" ] || { [ "$method" = basebackup ] && [ "$config" = "$data/postgresql.conf" ]; } ||
            fail "$config cannot be read, so nobody can say how it would start; nothing was changed"
        if [ ! -d "$dir" ] && ! mkdir -p "$dir" 2>/dev/null; then
            [ -d "$other" ] || mkdir "$other" 2>/dev/null
            if [ ! -O "$other" ] || [ -L "$other" ] || ! mkdir -p "$other/$name"; then
                fail "neither $home nor $other can be written; nothing was changed"
            fi
            dir=$other/$name
        fi
        exec 9>>"$dir/lock"
        if ! flock -n 9; then exec 9>&-; state; exit; fi
        next=''
        case $method/$(phase)/$(get method) in
            */none/* | */preparing/* | */failed/* | basebackup/ready/*) next=preparing ;;
            basebackup/changed/basebackup) next=changed ;;
            basebackup/changing/basebackup) next=changing ;;
            # What a rewind has left behind is no cluster any more.
            basebackup/chang*/*) next=changing ;;
        esac
        if [ -n "$next" ]; then
            [ "$next" != preparing ] || rm -rf "$dir/unusable" "$dir/copied" "$dir/moved" "$dir/wal"
            if [ "$next" = changing ] && [ ! -e "$dir/copied" ]; then put unusable yes; fi
            while IFS= read -r line && [ "$line" != '# spaces' ]; do printf '%s\n' "$line"; done >"$dir/service"
            while IFS= read -r line && [ "$line" != '# worker' ]; do printf '%s\n' "$line"; done >"$dir/spaces"
            { cat >"$dir/worker" && put method "$method" && put bin "$bin" && put major "$major" && put run "$4" && put config "$config" &&
                put identifier "$6" && put address "$7" && put port "$8" && put discard "$9" && put startconf "${10}" &&
                put slot "${12}" && put rate "${13}" && put aside "${14}" &&
                rm -f "$dir/said" "$dir/lost" "$dir/fork" "$dir/log" && put phase "$next"; } || fail "$dir cannot be written; nothing was changed"
        fi
        rm -f "$dir/pid"
        # Whoever masks it must know what it was.
        [ -z "${11}" ] || [ -e "$dir/enabled" ] || put enabled "$(systemctl is-enabled "${11}" 2>/dev/null)"
        autostart disabled || fail "$(get startconf) cannot be written; the data directory was not touched"
        exec 9>&-
        state
        ;;
    configured)
        config=${2:-$data/postgresql.conf} major=''
        { read -r major <"$data/PG_VERSION"; } 2>/dev/null || exit 0
        for bin in "$1" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
            [ -n "$bin" ] && [ -x "$bin/postgres" ] && break
        done
        printf '%s\n' "$(setting primary_conninfo)" "$(setting primary_slot_name)"
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
        bin=$(get bin) config=$(get config) major=$(get major)
        "work_$(get method)"
        [ "$(phase)" = changed ] || exit 0
        restore
        rm -f "$dir/said" "$dir/service"
        put phase ready
        ;;
    wait)
        waits=0
        while [ ! -e "$dir/pid" ] && [ "$waits" -lt 50 ]; do waits=$((waits + 1)); sleep 0.1; done
        flock -w "$1" "$dir/lock" true
        state
        ;;
    stop)
        # Of what has come further, the rest is short, and half of it is worse than either end.
        if [ "$(phase)" = preparing ]; then
            kill -TERM "-$(get pid)"
            exec 9>>"$dir/lock"
            if ! flock -w 10 9; then kill -KILL "-$(get pid)"; flock -w 10 9 || fail "what works on it cannot be stopped"; fi
            if [ "$(phase)" = preparing ]; then (abort 'it was cancelled') >>"$dir/log"; fi
            exec 9>&-
        fi
        state
        ;;
    release) [ "$(phase)" = ready ] || fail "it is $(phase), not ready"; autostart manual || fail "$(get startconf) cannot be written" ;;
    settle)
        [ -d "$dir" ] || exit 0
        case $(phase) in ready) ;; failed) rm -rf "$dir"; exit ;; *) fail "it is $(phase), not ready" ;; esac
        settle_places || fail "the old data of $data cannot be removed or put aside; the server streams"
        { autostart '' && rm -rf "$dir"; } || fail "$(get startconf) cannot be written"
        ;;
    *) fail "no such verb: $verb" ;;
esac
