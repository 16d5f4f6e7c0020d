# Makes a stopped server follow its primary again, by pg_rewind or by a base backup, detached from whoever asked for it.
# Arguments: verb, data directory; what follows belongs to the verb. All that is known of it lies in a directory of its own
# outside the data directory, which is also the mark that forbids every start:
#   state                 prints what is known; "phase none" if there is nothing
#   configured ...        prints primary_conninfo and primary_slot_name as the server's configuration has them
#   prepare ...           keeps the order and turns autostart off; standard input: a service file for the source, "# spaces",
#                         one line for each place the source's data needs (bytes, path), "# worker", and this script
#   abandon               what was prepared is not begun: the mark is lifted
#   spawn                 begins to work in a session of its own
#   wait SECONDS          until nobody works on it any more or the time is over, then as state
#   stop                  ends whoever works on it, if its data was not touched yet, then as state
#   worker                works; a second one finds the first by its lock
#   release               before the first start by us: a start by hand is possible, one by the host is not
#   settle                it streams: autostart as it was, and nothing is kept but old data that was asked for; what was
#                         given up is forgotten
# Phases: preparing (nothing was touched that a start would not touch), failed (the same, given up), changing (if nobody
# works on it: unusable), changed (its own configuration is still to be put back), ready.
verb=$1 data=$2
shift 2
LC_ALL=C PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGOPTIONS PGSSLMODE \
    PGTARGETSESSIONATTRS PGDATESTYLE PGTZ PGCHANNELBINDING
umask 077
cd / || exit
fail() { echo "matriarch-rebuild: $1" >&2; exit 99; }

# Who becomes the owner may keep his own, and libpq looks for passwords there.
HOME=$(getent passwd "$(id -un)" | cut -d: -f6)
export HOME
home=$HOME/.local/state/matriarch
other=/var/tmp/matriarch-$(id -u)
name=rebuild$(printf %s "$data" | tr / %)
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
    for each in method run fork lost said enabled; do
        [ ! -e "$dir/$each" ] || echo "$each $(get "$each" | tr '\n' ' ')"
    done
    if [ -s "$data/PG_VERSION" ]; then echo "data cluster"; elif [ -n "$(ls -A "$data" 2>/dev/null)" ]; then echo "data other"; else echo "data empty"; fi
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
    # After a base backup it is made to follow once it is whole.
    case $(get method)$(setting primary_conninfo) in
        basebackup* | *"host='$(get address)'"*) ;;
        *) stay "its configuration $config does not make it follow $(get address)" ;;
    esac
    port=$(setting port)
    [ "$port" = "$(get port)" ] || stay "its configuration $config says port $port, not $(get port)"
}

