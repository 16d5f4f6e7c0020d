# Pauses databases until somebody resumes, or the expiry does.
# Arguments: seconds until the expiry, number of addresses, host and port of each, databases.
seconds=$1 count=$2
shift 2
leads=$nl wanted=$nl
while [ "$count" -gt 0 ]; do
    leads=$leads$1$us$2$nl count=$((count - 1))
    shift 2
done
for database; do wanted=$wanted$database$nl; done

lock
read_token
clock
if live && ! ours; then refuse_other; fi
former=$paused

find_client
connect
byhand='' more='' seen=$nl
# A pause that no token knows is a person's.
row() {
    if [ "$5" = 1 ] && has "$former" "$1"; then
        has "$wanted" "$1" || wanted=$wanted$1$nl
    elif has "$wanted" "$1" || leads_here "$2" "$3"; then
        has "$wanted" "$1" || wanted=$wanted$1$nl
        [ "$5" = 0 ] || byhand="$byhand $1"
    fi
}
databases || unreachable "nothing was paused"
[ -z "$odd" ] || fail 80 "a database has a name that cannot be shown; nothing was paused"
[ -z "$byhand" ] ||
    fail 88 "paused already, and not by us:$byhand; nothing was done; RESUME it, or leave it alone"

# What our own pause holds already stays ours to resume, even if the pooler does not show it now.
list=''
if live; then list=${former#"$nl"}; fi
while [ -n "$list" ]; do
    has "$wanted" "${list%%"$nl"*}" || wanted=$wanted${list%%"$nl"*}$nl
    list=${list#*"$nl"}
done
[ "$wanted" != "$nl" ] || fail 80 "no database of the pooler leads to the herd; nothing was paused"

if [ -z "$retry" ]; then
    printf 'SHOW CONFIG;\n\\echo %s\n' "$mark" >&4 2>/dev/null
    while IFS= read -r line <&3 && [ "$line" != "$mark" ]; do
        case $line in "server_login_retry$us"*) retry=${line#*"$us"} retry=${retry%%"$us"*} ;; esac
    done
    # 0 is what another resume has set for a moment.
    case $retry in 0 | *[!0-9.]*) retry='' ;; esac
fi
clock
holder=$run holderattempt=$attempt until=$((now + seconds * 100)) paused=$wanted
deadline=$((now + ${limit%.*} * 100))
write_token
arm

# All or nothing: whatever fails now is followed by RESUME of all.
give_up() {
    disconnect
    code=$?
    why=$1$said
    case $code in 124 | 137) why="$1: no answer within $limit s$said" ;; esac
    limit=5
    connect
    if resume_all; then
        drop_token
        disconnect
        fail 80 "$why; all were resumed"
    fi
    disconnect
    fail 84 "$why; not resumed:${still:- not known}; the expiry resumes in $seconds s"
}

row() {
    if has "$paused" "$1"; then
        seen=$seen$1$nl
        [ "$5" = 1 ] || { state_of="$state_of $1 is not paused,"; failed=yes; }
        # A pause shows at once; that it is complete shows when no connection to a server is left.
        [ "$4" = 0 ] || state_of="$state_of $1 has $4 connections to the server,"
    elif leads_here "$2" "$3"; then
        more=$more$1$nl
    fi
}

round=0 new=$paused seen=$nl
while [ "$round" -lt 5 ]; do
    round=$((round + 1))
    tell_each PAUSE "$new" || give_up "PAUSE was not complete"
    while :; do
        more=$nl state_of='' failed=''
        databases || give_up "SHOW DATABASES after PAUSE"
        [ -z "$odd" ] || give_up "a database has a name that cannot be shown"
        [ -z "$failed" ] || give_up "after PAUSE$state_of"
        [ -n "$state_of" ] || break
        clock
        [ "$now" -lt "$deadline" ] || give_up "after PAUSE$state_of"
        sleep 0.05 2>/dev/null || sleep 1
    done
    [ "$more" != "$nl" ] || break
    new=$more paused=$paused${more#"$nl"}
    write_token
done
[ "$more" = "$nl" ] || give_up "clients open new databases faster than they are paused"
# A database made by the wildcard leaves the list within a moment once it has no connections; it
# stays paused. What does not exist was not only not shown: PAUSE complained of it.
list=${paused#"$nl"}
while [ -n "$said" ] && [ -n "$list" ]; do
    has "$seen" "${list%%"$nl"*}" || give_up "${list%%"$nl"*} is no database of the pooler"
    list=${list#*"$nl"}
done
clock
echo "left $(((until - now) * 10))"
say_paused
disconnect
