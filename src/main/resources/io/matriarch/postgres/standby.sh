# Prepares, puts in place, or takes back what makes a stopped server start as a standby.
# Arguments: data directory, verb, token, directory of programs or ''. Standard input of "stage": the settings, as lines of a configuration file.
#   stage    keeps the settings beside the configuration, where no server reads them
#   apply    the server must be stopped: standby.signal and the settings, written, synced and read back; prints
#            what pg_controldata says then, since a server that ran in the meantime may have written something
#   withdraw takes both back, and what was staged; a server that runs is left alone
#   settle   the standby streams: what was staged and kept, by whichever run, is no longer needed
#   lift     takes back what any run has applied; a server that runs is left alone
# Apply and lift also take back what lets nobody connect (hba-block.sh).
data=$1 verb=$2 token=$3 bin=$4
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
umask 077
cd / || exit
fail() { echo "matriarch-standby: $1" >&2; exit 99; }

auto=$data/postgresql.auto.conf
staged=$data/matriarch.$token.standby
kept=$data/matriarch.$token.auto
case $token in '' | *[!A-Za-z0-9-]*) fail "not a token: $token" ;; esac
[ -s "$data/PG_VERSION" ] || fail "no PG_VERSION can be read in $data"

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
case $verb in
    stage)
        # What is on disk already need not be written while clients wait.
        { cat >"$staged.new" && : >"$staged.signal" && sync "$staged.new" "$staged.signal" &&
            mv -f "$staged.new" "$staged" && sync "$data"; } || fail "$staged cannot be written"
        ;;
    apply)
        ! running || fail "a server runs in $data; nothing was changed"
        [ -r "$staged" ] || fail "$staged is missing; nothing was changed"
        [ -e "$kept" ] || ln "$auto" "$kept" || fail "$kept cannot be written; nothing was changed"
        grep -vE '^[[:space:]]*(primary_conninfo|primary_slot_name|recovery_target_timeline)[[:space:]=]' "$kept" >"$auto.new"
        cat "$staged" >>"$auto.new"
        chmod --reference="$kept" "$auto.new"
        # The signal first: settings without it would be those of a primary.
        { sync "$auto.new" && { [ -e "$data/standby.signal" ] || mv "$staged.signal" "$data/standby.signal"; } &&
            mv -f "$auto.new" "$auto" && sync "$data"; } || fail "$auto or standby.signal cannot be written"
        { [ -e "$data/standby.signal" ] && tail -n "$(wc -l <"$staged")" "$auto" | cmp -s - "$staged"; } ||
            fail "what was written to $auto could not be read back"
        # One that began to start in the meantime may have read its files before they were there.
        ! running || fail "a server was started in $data meanwhile, perhaps as a primary; look at it at once"
        # As a standby it takes no writes from whoever connects.
        admit_clients "$data"
        # And one that was stopped again has left its traces there.
        control "$data" "$bin"
        ;;
    withdraw)
        # Once it runs as a standby it is one; only a stopped one is turned back.
        if [ -e "$kept" ]; then
            ! running || fail "a server runs in $data; nothing was changed"
            { rm -f "$data/standby.signal" && sync "$data"; } || fail "$data/standby.signal cannot be removed"
            { ln -f "$kept" "$auto.new" && mv -f "$auto.new" "$auto" && sync "$data"; } || fail "$auto cannot be written"
            # Two names of one file are no rename; the name that stays is the configuration.
            rm -f "$kept" "$auto.new"
        fi
        rm -f "$staged" "$staged.new" "$staged.signal"
        ;;
    settle) rm -f "$data"/matriarch.*.standby "$data"/matriarch.*.standby.signal "$data"/matriarch.*.auto ;;
    lift)
        # Each run kept what it found; the oldest is from before the first.
        first=''
        for each in "$data"/matriarch.*.auto; do
            [ -e "$each" ] || continue
            # shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
            if [ -z "$first" ] || [ "$each" -ot "$first" ]; then first=$each; fi
        done
        if [ -n "$first" ]; then
            ! running || fail "a server runs in $data; nothing was changed"
            { rm -f "$data/standby.signal" && sync "$data"; } || fail "$data/standby.signal cannot be removed"
            { ln -f "$first" "$auto.new" && mv -f "$auto.new" "$auto" && sync "$data"; } || fail "$auto cannot be written"
            rm -f "$auto.new"
        fi
        rm -f "$data"/matriarch.*.standby "$data"/matriarch.*.standby.signal "$data"/matriarch.*.auto
        admit_clients "$data"
        ;;
    *) fail "no such verb: $verb" ;;
esac
echo "done $verb"
