# Resumes what the token says, if the token is ours.
lock
read_token
clock
[ -n "$holder" ] || fail 81 "no pause of run $run is in force; nothing was done"
ours || refuse_other
find_client
connect
if resume_all; then
    drop_token
    disconnect
    exit 0
fi
[ -n "$still" ] || unreachable "whether it is resumed is not known; the expiry goes on trying"
disconnect
fail 84 "still paused after RESUME:$still:$said; the expiry goes on trying"
