# The method base backup: all of the source's data is copied beside what lies there, and takes its place once it is whole.
# In each place (data directory, directory of WAL, tablespaces) the copy is matriarch.new and what was there matriarch.old.
places() { echo "$data"; [ -z "$(get wal)" ] || get wal; sed 1d "$dir/spaces" | cut -d' ' -f2-; }
entries() { # PLACE MORE...: what lies there and is not ours
    place=$1
    shift
    find "$place" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name matriarch.new ! -name 'matriarch.old*' "$@"
}
clear_new() { places | while IFS= read -r place; do rm -rf "$place/matriarch.new"; done; }
abort() {
    clear_new
    [ ! -e "$dir/unusable" ] || stay "$1"
    give_up "$1"
}

examine_places() {
    ! running || abort "a server runs in $data"
    { mkdir -p "$data" 2>/dev/null && [ -w "$data" ]; } || abort "$data cannot be made or written"
    if [ -s "$data/global/pg_control" ]; then
        found=$(control 'Database system identifier')
        [ "$found" = "$(get identifier)" ] || abort "the system identifier of what lies in $data is ${found:-not readable}, not $(get identifier)"
    elif [ ! -e "$dir/unusable" ] && [ -n "$(entries "$data" | head -n 1)" ]; then
        abort "$data is not empty, and what lies in it is no member of this herd"
    fi
    # Once its link is moved away nothing else tells where it was.
    [ -e "$dir/wal" ] || put wal "$([ ! -L "$data/pg_wal" ] || readlink -f "$data/pg_wal")"
    sed 1d "$dir/spaces" | cut -d' ' -f2- >"$dir/tablespaces"
    while IFS= read -r place; do
        { mkdir -p "$place" 2>/dev/null && [ -w "$place" ]; } || abort "the tablespace $place cannot be made or written"
        if [ -e "$dir/unusable" ] || [ -z "$(entries "$place" | head -n 1)" ]; then continue; fi
        own=''
        # shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
        for link in "$data"/pg_tblspc/*; do [ ! "$link" -ef "$place" ] || own=yes; done
        [ -n "$own" ] || abort "$place, where a tablespace is to lie, is not empty, and this cluster has none there"
    done <"$dir/tablespaces"
    places >"$dir/places"
    while IFS= read -r place; do
        entries "$place" >"$dir/entries"
        while IFS= read -r each; do
            ! mountpoint -q "$each" || abort "$each is a mount point: what lies there cannot be put aside"
        done <"$dir/entries"
    done <"$dir/places"
    [ "$(get aside)" != keep ] || { [ -w "${data%/*}" ] && [ "$(stat -c %d "$data")" = "$(stat -c %d "${data%/*}")" ]; } ||
        abort "its old data cannot be kept: ${data%/*} cannot be written, or $data is a file system of its own"
}

# Of an earlier rebuild that never came to its end: whose it is nobody knows, so it is left, and not in the way.
leave_older() {
    while IFS= read -r place; do
        [ ! -d "$place/matriarch.old" ] || mv "$place/matriarch.old" "$place/matriarch.old-found-by-$(get run)" ||
            abort "$place/matriarch.old is in the way, and cannot be renamed"
    done <"$dir/places"
}

# Each file system must have room for all that comes to it, and for the WAL that is written meanwhile.
examine_room() {
    while read -r bytes place; do
        [ "$place" != . ] || place=$data
        freed=0
        [ "$(get aside)" != first ] || freed=$(entries "$place" -exec du -skc {} + | awk '/\ttotal$/ { sum += $1 } END { print sum + 0 }')
        df -Pk "$place" | awk -v need="$bytes" -v freed="$freed" 'NR > 1 { print $1, $4, need / 1024, freed }'
    done <"$dir/spaces" | awk '
        { free[$1] = $2; need[$1] += $3; freed[$1] += $4 }
        END { for (fs in free) { wanted = need[fs] * 1.05 + 65536
              if (free[fs] + freed[fs] < wanted)
                  printf "%s has %d MB free%s, and %d MB are needed; ", fs, free[fs] / 1024, freed[fs] ? sprintf(" and %d MB of old data", freed[fs] / 1024) : "", wanted / 1024 } }' >"$dir/room"
    [ ! -s "$dir/room" ] || abort "there is no room: $(cat "$dir/room")make room, or let the old data be removed first"
}

backup() { # MORE...
    [ -z "$(get wal)" ] || set -- "$@" --waldir="$(get wal)/matriarch.new"
    while IFS= read -r place; do
        escaped=$(printf %s "$place" | sed 's/=/\\=/g')
        set -- "$@" -T "$escaped=$escaped/matriarch.new"
    done <"$dir/tablespaces"
    [ -z "$(get rate)" ] || set -- "$@" --max-rate="$(get rate)"
    clear_new
    PGSERVICEFILE=$dir/service PGCONNECT_TIMEOUT=10 "$bin/pg_basebackup" -d service=matriarch -w -D "$data/matriarch.new" \
        -X stream -c fast -S "$(get slot)" "$@" 2>"$dir/backup"
    said=$?
    cat "$dir/backup"
    return $said
}

relink() { # FROM TO: where the links of a data directory lead
    for link in "$1"/pg_tblspc/* "$1/pg_wal"; do
        [ -L "$link" ] || continue
        was=$(readlink "$link")
        is=${was%/matriarch.new}
        is=${is%/matriarch.old*}$2
        [ "$is" = "$was" ] || ln -sfn "$is" "$link" || return 1
    done
}

# Safe to be begun again wherever it ended.
swap() {
    if [ ! -e "$dir/moved" ]; then
        while IFS= read -r place; do
            { mkdir -p "$place/matriarch.old" && entries "$place" -exec mv -t "$place/matriarch.old" {} + && sync "$place"; } ||
                stay "what lay in $place cannot be put aside"
        done <"$dir/places"
        put moved yes || stay "$dir cannot be written"
    fi
    while IFS= read -r place; do
        [ -d "$place/matriarch.new" ] || continue
        { find "$place/matriarch.new" -mindepth 1 -maxdepth 1 -exec mv -t "$place" {} + && rmdir "$place/matriarch.new" && sync "$place"; } ||
            stay "what was copied cannot be put into $place"
    done <"$dir/places"
    { relink "$data" '' && relink "$data/matriarch.old" /matriarch.old; } || stay "the links of $data cannot be made"
    sync "$data/pg_tblspc" "$data"
}

work_basebackup() {
    [ "$(phase)" != changed ] || return 0
    if [ ! -e "$dir/copied" ]; then
        examine_places
        examine_room
        leave_older
        if [ -e "$dir/unusable" ]; then mkdir -p "$dir/kept"; else keep || abort "its configuration cannot be kept in $dir"; fi
        if [ "$(get aside)" = first ]; then
            { put unusable yes && put phase changing; } || abort "$dir cannot be written"
            while IFS= read -r place; do entries "$place" -exec rm -rf {} + || stay "what lies in $place cannot be removed"; done <"$dir/places"
        fi
        if ! { [ "$major" -ge 15 ] && backup --compress=server-zstd:1; }; then
            if [ "$major" -ge 15 ] && ! grep -qi 'zstd\|compress' "$dir/backup"; then abort "pg_basebackup ended with exit $said: $(tail -n 3 "$dir/backup")"; fi
            backup || abort "pg_basebackup ended with exit $said: $(tail -n 3 "$dir/backup")"
        fi
        found=$("$bin/pg_controldata" -D "$data/matriarch.new" | sed -n 's/^Database system identifier: *//p')
        [ "$found" = "$(get identifier)" ] || abort "what was copied has the system identifier ${found:-none}, not $(get identifier)"
        { put copied yes && put phase changing; } || abort "$dir cannot be written"
    fi
    ! running || stay "a server was started in $data"
    swap
    put phase changed || stay "$dir cannot be written"
}

settle_places() {
    [ "$(get method)" = basebackup ] || return 0
    if [ "$(get aside)" != keep ]; then
        while IFS= read -r place; do rm -rf "$place/matriarch.old" || return 1; done <"$dir/places"
        return
    fi
    kept=matriarch.old-$(get run)
    while IFS= read -r place; do
        [ "$place" = "$data" ] || [ ! -d "$place/matriarch.old" ] || mv "$place/matriarch.old" "$place/$kept" || return 1
    done <"$dir/places"
    if [ ! -d "$data/matriarch.old" ] || rmdir "$data/matriarch.old" 2>/dev/null; then return 0; fi
    relink "$data/matriarch.old" "/$kept" && mv "$data/matriarch.old" "$data.$kept" && echo "old $data.$kept"
}
