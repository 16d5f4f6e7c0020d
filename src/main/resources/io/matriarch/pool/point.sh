# Points the pooler to another server, and resumes if asked.
# Arguments: file, whether it is staged, whether to resume, whether to reconnect, host and port that
# the databases must lead to afterwards, number of addresses, host and port of each that none may
# lead to any more, databases. Standard input: the content, unless staged.
staged=$2 resume=$3 reconnect=$4 newhost=$5 newport=$6 count=$7
lock
find_file "$1"
shift 7
leads=$nl wanted=$nl
while [ "$count" -gt 0 ]; do
    leads=$leads$1$us$2$nl count=$((count - 1))
    shift 2
done
for database; do wanted=$wanted$database$nl; done
read_token
clock
if live && ! ours; then refuse_other; fi
find_client
connect
# What was not shown before either is no entry of its own but of the wildcard: such a database
# leaves the list within a moment once it has no connections, and returns when it is named.
shown=$nl
row() { shown=$shown$1$nl; }
databases || unreachable "nothing was changed"

[ "$staged" = yes ] || write_next
swap

# Names that the pooler shows elsewhere, and those that it does not have at all.
check() {
    round=0
    row() {
        seen=$seen$1$nl
        if has "$wanted" "$1" && { [ "$2" != "$newhost" ] || [ "$3" != "$newport" ]; }; then
            elsewhere="$elsewhere $1 leads to $2:$3,"
        elif leads_here "$2" "$3"; then
            elsewhere="$elsewhere $1 leads to $2:$3,"
        fi
    }
    while :; do
        elsewhere='' gone='' seen=$nl idle=$nl
        databases || return 1
        list=${wanted#"$nl"}
        while [ -n "$list" ]; do
            found=${list%%"$nl"*} list=${list#*"$nl"}
            has "$seen" "$found" || gone="$gone $found is gone,"
            has "$seen$shown" "$found" || idle=$idle$found$nl
        done
        if [ "$idle" = "$nl" ] || [ "$round" = 5 ] || [ -n "$said" ]; then break; fi
        round=$((round + 1))
        tell_each RECONNECT "$idle" || return 1
    done
    elsewhere=$elsewhere$gone
    [ -z "$elsewhere" ]
}

elsewhere=''
if ! tell RELOAD || [ -n "$said" ] || ! check; then
    # The file that stood here before this run is the one that was known to work.
    if [ -e "$before" ]; then mv -f "$before" "$file" && sync "$directory"; fi
    tell RELOAD || said="$said its console does not answer"
    fail 85 "after RELOAD$elsewhere$said; $file is as it was; see the log of the pooler"
fi
[ "$reconnect" = no ] || tell_each RECONNECT "$wanted" || unreachable "it points to $newhost:$newport"
synced || fail 87 "the directory $directory did not reach the disk; the pooler points to $newhost:$newport"
echo "pointed $newhost $newport"
if [ "$resume" = yes ]; then
    if [ -z "$holder" ]; then
        fail 81 "the pooler points to $newhost:$newport; no pause of run $run was in force any more"
    fi
    if ! resume_all; then
        [ -n "$still" ] || unreachable "it points to $newhost:$newport; the expiry goes on trying to resume"
        fail 84 "the pooler points to $newhost:$newport; still paused after RESUME:$still:$said"
    fi
    drop_token
    echo resumed
fi
set +f
for old in "$file".*.before; do
    [ "$old" = "$before" ] || rm -f "$old"
done
disconnect
