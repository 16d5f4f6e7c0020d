# Resumes at its time, unless the token is not the one any more that it was started for.
expected=$1 self=$2
clock
# logind may end what belongs to the session; a scope of its own survives. The second look finds
# the token gone.
if [ -n "$self" ] && [ -d /run/systemd/system ]; then
    systemd-run --scope --quiet --collect --no-ask-password sh -c "$self" matriarch-resume \
        "$host" "$port" "$user" "$passfile" "$state" "$owner" "$name" "$run" "$attempt" "$limit" \
        "$expected" '' && exit 0
fi
while clock && [ "$now" -lt "$expected" ]; do
    sleep $(((expected - now + 99) / 100))
done
find_client
tries=0
while [ "$tries" -lt 3600 ]; do
    tries=$((tries + 1))
    exec 9>"$state/$name.lock"
    if flock -w 60 9; then
        read_token
        [ "$holder $holderattempt $until" = "$run $attempt $expected" ] || exit 0
        connect
        if resume_all; then
            drop_token
            disconnect
            exit 0
        fi
        disconnect
    fi
    exec 9>&-
    sleep 1
done
