# Whether our pause is in force everywhere; longer, if asked.
# Arguments: seconds from now until the new expiry or 0, number of addresses, host and port of each.
seconds=$1 count=$2
shift 2
leads=$nl
while [ "$count" -gt 0 ]; do
    leads=$leads$1$us$2$nl count=$((count - 1))
    shift 2
done
lock
read_token
clock
[ -n "$holder" ] || fail 81 "no pause of run $run is in force: it has expired, or was resumed"
ours || refuse_other
lost=''
live || lost=' its time is over,'
# A pooler that started later has lost every pause, also of databases that it does not show now.
# shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
case $host in
    /*) [ "$host/.s.PGSQL.$port" -nt "$token" ] && lost="$lost the pooler was restarted," ;;
esac
row() {
    if has "$paused" "$1"; then
        if [ "$5" != 1 ]; then
            lost="$lost $1 is not paused,"
        elif [ "$4" != 0 ]; then
            lost="$lost $1 has $4 connections to the server,"
        fi
    elif leads_here "$2" "$3"; then
        lost="$lost $1 was opened meanwhile,"
    fi
}
find_client
connect
databases || unreachable "whether the pause is in force is not known"
[ -z "$odd" ] || lost="$lost a database has a name that cannot be shown,"
[ -z "$lost" ] || fail 83 "the pause is not in force:$lost do not go on; resume what is left of it"
disconnect
if [ "$seconds" -gt 0 ]; then
    clock
    holder=$run holderattempt=$attempt until=$((now + seconds * 100))
    write_token
    arm
fi
clock
echo "left $(((until - now) * 10))"
say_paused
