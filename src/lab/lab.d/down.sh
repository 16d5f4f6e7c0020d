# shellcheck shell=bash
# Removes a lab, whatever state it is in: also after a half-failed "up", or without its files. Read by src/lab/lab.

# All hosts lose their power; "up" brings them back with their data.
halt() {
  [ "$(id -u)" = 0 ] || unavailable "it needs root"
  if [ -d "$DIR" ]; then
    exec 9>>"$DIR/.lock"
    flock -w 60 9 || die "another command works on $DIR since a minute"
  fi
  end_processes
  remove_network
}

take_down() {
  halt
  [ -d "$DIR" ] || return 0
  local kept
  for kept in base hosts keys share herds services home.postgres net lab.json lab.json.new; do
    rm -rf --one-file-system -- "${DIR:?}/$kept"
  done
  rm -rf --one-file-system -- "$DIR".probe.*
  rm -f "$DIR/.lock"
  # Somebody may keep files of their own here.
  rmdir -- "$DIR" 2>/dev/null || true
}

# Every process of a host is in its network namespace, also those that were never written down. Mounts end with them.
end_processes() {
  local names inodes pids
  names=$(find /run/netns -maxdepth 1 -name "$PREFIX-*" 2>/dev/null || true)
  [ -n "$names" ] || return 0
  # Never our own, whatever a stray file of that name may be.
  # shellcheck disable=SC2086
  inodes=$(stat -c %i $names | grep -vxF "$(stat -L -c %i /proc/self/ns/net)" || true)
  while :; do
    # shellcheck disable=SC2086
    pids=$(processes_in net $inodes)
    [ -n "$pids" ] || break
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
    sleep 0.02
  done
}

remove_network() {
  local name
  ip link del "$PREFIX" 2>/dev/null || true
  for name in /run/netns/"$PREFIX"-*; do
    [ ! -e "$name" ] || echo "netns del ${name##*/}"
  done | ip -force -batch - 2>/dev/null || true
}
