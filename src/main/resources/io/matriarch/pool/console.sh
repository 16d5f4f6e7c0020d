# What all commands for a pooler share; the script of the command itself follows.
# Arguments: host or socket directory, port, admin user, password file or '', state directory, its
# owner, name of our files there, run, attempt, time limit of the console in seconds.
host=$1 port=$2 user=$3 passfile=$4 state=$5 owner=$6 name=$7 run=$8 attempt=$9
shift 9
limit=$1
shift
LC_ALL=C PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH
# An older pooler refuses a client that sends options.
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE \
    PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGDATESTYLE PGTZ PGCHANNELBINDING PGCLIENTENCODING
umask 077
trap '' PIPE
cd / || exit
# Names from the pooler hold any character; the shell must not take one for a pattern.
set -f
mark=$(printf '\036\037')
us=${mark#?} mark=${mark%?}
nl='
'
token=$state/$name.token
said='' odd=''
holder='' holderattempt=0 boot='' until=0 retry='' paused="$nl"

fail() { code=$1; shift; echo "matriarch-pool: $*" >&2; exit "$code"; }

# In 1/100 s since the host started: nobody sets this clock, and reading it needs no process.
clock() {
    read -r up _ </proc/uptime
    frac=${up#*.}
    now=$((${up%.*} * 100 + 1$frac - 100))
}

lock() {
    [ -d "$state" ] || mkdir -m 700 "$state" 2>/dev/null
    { [ -d "$state" ] && [ ! -L "$state" ] && [ -O "$state" ] && [ -w "$state" ]; } ||
        fail 87 "$state is no directory of $owner that can be written; nothing was done; mend it"
    exec 9>"$state/$name.lock"
    flock -w 15 9 || fail 87 "no lock on $state/$name.lock after 15 s; nothing was done; see who holds it"
}

# The token says who may resume what, and until when nobody need to.
read_token() {
    read -r thisboot </proc/sys/kernel/random/boot_id
    holder='' holderattempt=0 boot='' until=0 retry='' paused="$nl"
    [ -s "$token" ] || return 0
    {
        read -r holder holderattempt boot until retry
        while IFS= read -r line; do paused=$paused$line$nl; done
    } <"$token"
}

write_token() {
    {
        printf '%s %s %s %s %s%s' "$holder" "$holderattempt" "$thisboot" "$until" "$retry" "$paused" \
            >"$token.new" && mv -f "$token.new" "$token"
    } || fail 87 "$token cannot be written; nothing was paused by this command; is the disk full?"
}

ours() { [ "$holder" = "$run" ] && [ "$holderattempt" -le "$attempt" ]; }

live() { [ -n "$holder" ] && [ "$boot" = "$thisboot" ] && [ "$until" -gt "$now" ]; }

refuse_other() {
    echo "holder $holder $holderattempt"
    echo "left $(((until - now) * 10))"
    fail 82 "run $holder (attempt $holderattempt) holds the pause for another $(((until - now) / 100)) s;" \
        "nothing was done; wait for it, or finish that run"
}

# The psql of Debian is a wrapper that takes longer than all the rest.
find_client() {
    client=psql
    set +f
    for found in /usr/pgsql-[1-9][0-9]/bin/psql /usr/lib/postgresql/[1-9][0-9]/bin/psql; do
        [ -x "$found" ] && client=$found
    done
    set -f
}

# One session serves a whole command: a second start of psql costs more than all statements.
connect() {
    [ -n "$passfile" ] && export PGPASSFILE="$passfile"
    [ -p "$state/$name.in" ] || mkfifo "$state/$name.in" "$state/$name.out" ||
        fail 87 "no pipes can be made in $state; nothing was done"
    PGCONNECT_TIMEOUT=5 PGAPPNAME=matriarch timeout -k 1 "$limit" "$client" -X -A -q -w -F "$us" \
        -P footer=off -h "$host" -p "$port" -U "$user" -d pgbouncer \
        <"$state/$name.in" >"$state/$name.out" 2>&1 &
    admin=$!
    exec 4>"$state/$name.in" 3<"$state/$name.out"
    said=''
}

disconnect() {
    exec 4>&- 3<&-
    wait "$admin"
}

# Says one statement; what comes back, errors mostly, is kept in $said. False: no answer.
tell() {
    printf '%s;\n\\echo %s\n' "$1" "$mark" >&4 2>/dev/null || return 1
    while IFS= read -r line <&3; do
        [ "$line" = "$mark" ] && return 0
        said="$said $line"
    done
    return 1
}

quote() {
    rest=$1 quoted=''
    while :; do
        case $rest in
            *\"*) quoted=$quoted${rest%%\"*}\"\" rest=${rest#*\"} ;;
            *) break ;;
        esac
    done
    quoted=\"$quoted$rest\"
}

# The same for each database of a list.
tell_each() {
    list=${2#"$nl"}
    while [ -n "$list" ]; do
        quote "${list%%"$nl"*}"
        list=${list#*"$nl"}
        tell "$1 $quoted" || return 1
    done
}

columns() {
    at=0 c_name=0 c_host=0 c_port=0 c_connections=0 c_paused=0
    IFS=$us
    for column in $1; do
        at=$((at + 1))
        case $column in
            name) c_name=$at ;;
            host) c_host=$at ;;
            port) c_port=$at ;;
            current_connections) c_connections=$at ;;
            paused) c_paused=$at ;;
        esac
    done
    unset IFS
    [ $((c_name * c_host * c_port * c_connections * c_paused)) -gt 0 ]
}

# Calls "row NAME HOST PORT CONNECTIONS PAUSED" for each database of the pooler. False: no answer.
databases() {
    odd=''
    printf 'SHOW DATABASES;\n\\echo %s\n' "$mark" >&4 2>/dev/null || return 1
    IFS= read -r line <&3 || return 1
    columns "$line" || { said="$said $line"; return 1; }
    while IFS= read -r line <&3; do
        [ "$line" = "$mark" ] && return 0
        cells "$line"
    done
    return 1
}

cells() {
    IFS=$us
    # shellcheck disable=SC2086 # splitting is the purpose, patterns are off
    set -- $1
    unset IFS
    # A name that holds our separator could pass for other columns.
    [ $# -eq "$at" ] || [ $# -eq $((at - 1)) ] || { odd=yes; return 0; }
    eval "row \"\${$c_name}\" \"\${$c_host}\" \"\${$c_port}\" \"\${$c_connections}\" \"\${$c_paused}\""
}

has() { case $1 in *"$nl$2$nl"*) ;; *) return 1 ;; esac; }

# Which databases lead to the herd: host, unit separator, port, one a line.
leads=$nl
leads_here() { has "$leads" "$1$us$2"; }

say_paused() {
    list=${paused#"$nl"}
    while [ -n "$list" ]; do
        printf 'database %s\n' "${list%%"$nl"*}"
        list=${list#*"$nl"}
    done
}

unreachable() {
    disconnect
    code=$?
    case $code in 124 | 137) said=" no answer within $limit s$said" ;; esac
    fail 86 "the console of the pooler $host:$port:${said:- the connection was closed}; $1"
}

# --- resuming

still=''

# A client that logged in during the pause has made its pool wait out server_login_retry, 15 s by
# default: with 0 it connects at once.
resume_all() {
    [ -z "$retry" ] || tell "SET server_login_retry = '0'" || return 1
    tell_each RESUME "$paused" || return 1
    still=''
    row() { if [ "$5" = 1 ] && has "$paused" "$1"; then still="$still $1"; fi; }
    databases || return 1
    [ -z "$retry" ] || tell "SET server_login_retry = '$retry'" || return 1
    [ -z "$still" ]
}

drop_token() { : >"$token"; }
