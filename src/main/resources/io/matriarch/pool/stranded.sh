# Ends the sessions that still wait for an answer of a server that the pooler led to before.
# Arguments: seconds that they are given, databases. A connection that RECONNECT could not close since
# somebody uses it has close_needed; where others of that place have not, it is the present one.
seconds=$1
shift
wanted=$nl
for database; do wanted=$wanted$database$nl; done
lock
read_token
clock
if live && ! ours; then refuse_other; fi
find_client
connect

server_columns() {
    at=0 c_database=0 c_state=0 c_addr=0 c_port=0 c_close=0
    IFS=$us
    for column in $1; do
        at=$((at + 1))
        case $column in
            database) c_database=$at ;;
            state) c_state=$at ;;
            addr) c_addr=$at ;;
            port) c_port=$at ;;
            close_needed) c_close=$at ;;
        esac
    done
    unset IFS
    [ $((c_database * c_state * c_addr * c_port * c_close)) -gt 0 ]
}

server_cells() {
    IFS=$us
    # shellcheck disable=SC2086 # splitting is the purpose, patterns are off
    set -- $1
    unset IFS
    # A name that holds our separator could pass for other columns.
    [ $# -eq "$at" ] || [ $# -eq $((at - 1)) ] || return 0
    eval "server \"\${$c_database}\" \"\${$c_state}\" \"\${$c_addr}$us\${$c_port}\" \"\${$c_close}\""
}

# Calls "server DATABASE STATE PLACE CLOSE_NEEDED" for each connection to a server. False: no answer.
servers() {
    printf 'SHOW SERVERS;\n\\echo %s\n' "$mark" >&4 2>/dev/null || return 1
    IFS= read -r line <&3 || return 1
    server_columns "$line" || { said="$said $line"; return 1; }
    while IFS= read -r line <&3; do
        [ "$line" = "$mark" ] && return 0
        server_cells "$line"
    done
    return 1
}

look() {
    present=$nl
    server() { if [ "$4" = 0 ]; then present=$present$1$us$3$nl; fi; }
    servers || return 1
    stranded=$nl count=0
    server() {
        if [ "$4" = 1 ] && has "$wanted" "$1" && ! has "$present" "$1$us$3"; then
            count=$((count + 1))
            has "$stranded" "$1" || stranded=$stranded$1$nl
        fi
    }
    servers
}

waited=0
while :; do
    look || unreachable "no session was ended"
    if [ "$stranded" = "$nl" ] || [ "$waited" -ge "$seconds" ]; then break; fi
    sleep 1
    waited=$((waited + 1))
done
if [ "$stranded" != "$nl" ]; then
    tell_each KILL "$stranded" || unreachable "sessions may have been ended, and clients wait; RESUME"
    tell_each RESUME "$stranded" || unreachable "sessions were ended, and clients wait; RESUME"
    [ -z "$said" ] || fail 87 "$said; see SHOW DATABASES, and RESUME what is paused"
fi
disconnect
echo "stranded $count"
