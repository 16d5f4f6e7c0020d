# Starts the expiry, detached from everything; $expire is its script, $tokenattempt its attempt.
arm() {
    setsid sh -c "$expire" matriarch-resume "$host" "$port" "$user" "$passfile" "$state" "$owner" \
        "$name" "$holder" "$holderattempt" 5 "$until" "$expire" \
        </dev/null >/dev/null 2>&1 3<&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    expiry=$!
    kill -0 "$expiry" 2>/dev/null || fail 87 "the expiry of the pause could not be started; nothing was paused"
}
