# shellcheck shell=bash
# One host: made, started, killed, frozen; and commands on it. Read by src/lab/lab.

make_hosts() { # HOST...
  local name number next=9
  for name in "$@"; do
    case $name in console | *[!a-z0-9-]* | -* | '') die "a host's name has letters, digits and hyphens, not \"$name\"" ;; esac
    [ ${#name} -le 32 ] || die "the name $name is longer than 32 characters"
  done
  for name in $(host_names); do
    read -r number <"$HOSTS/$name/number"
    if [ "$number" -gt "$next" ]; then next=$number; fi
  done
  for name in "$@"; do
    [ ! -f "$HOSTS/$name/number" ] || continue
    next=$((next + 1))
    [ $next -lt 1022 ] || die "a lab has room for 1012 hosts"
    make_host "$name" $next &
    # A few at a time: most of it waits for the disk.
    [ $((next % 8)) != 0 ] || wait
  done
  wait
  for name in "$@"; do [ -f "$HOSTS/$name/number" ] || die "the files of $name could not be made"; done
}

# The number comes last: a host without one was left half made.
make_host() { # HOST NUMBER
  local host=$HOSTS/$1 uuid
  [ ! -e "$host" ] || rm -rf --one-file-system -- "$host"
  mkdir -p "$host"/{upper/etc/ssh,work,root}
  cp -a "$DIR/home.postgres" "$host/postgresql"
  ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$host/upper/etc/ssh/ssh_host_ed25519_key"
  read -r uuid </proc/sys/kernel/random/uuid
  echo "${uuid//-/}" >"$host/upper/etc/machine-id"
  echo "$1" >"$host/upper/etc/hostname"
  echo "$2" >"$host/number"
}

# In place: the hosts have these files under the eyes of their running programs.
write_names() {
  local name key
  {
    printf '127.0.0.1 localhost\n::1 localhost\n%s console\n' "$(console_address)"
    for name in $(host_names); do
      look_up "$name"
      echo "$ADDRESS $name $name.lab.test"
    done
  } >"$DIR/share/hosts"
  for name in $(host_names); do
    read -r key <"$HOSTS/$name/upper/etc/ssh/ssh_host_ed25519_key.pub"
    look_up "$name"
    echo "$name,$ADDRESS ${key% *}"
  done >"$DIR/share/known_hosts"
  [ -e "$DIR/share/resolv.conf" ] || : >"$DIR/share/resolv.conf"
}

# Says the number of a host's first process. A number alone might be another's by now.
init_of() { # HOST
  local pid started stat
  read -r pid started <"$HOSTS/$1/init" || return 1
  read -ra stat <"/proc/$pid/stat" || return 1
  [ "${stat[21]}" = "$started" ] && [ "${stat[2]}" != Z ] && echo "$pid"
} 2>/dev/null

start_hosts() { # HOST...
  local name router down=()
  for name in "$@"; do init_of "$name" >/dev/null || down+=("$name"); done
  [ ${#down[@]} -gt 0 ] || return 0
  make_wires "${down[@]}"
  router=$(router_address)
  (cd "$HOSTS" && rm -f "${down[@]/%//init}" "${down[@]/%//frozen}")
  for name in "${down[@]}"; do
    look_up "$name"
    setsid nsenter --net="/run/netns/$PREFIX-$name" unshare --mount --uts --ipc --pid --fork \
      "$HERE/lab.d/boot" "$DIR" "$name" "$ADDRESS" "$router" "$ROUTER_MAC" \
      </dev/null >"$HOSTS/$name/boot.log" 2>&1 9>&- &
    disown
  done
  for name in "${down[@]}"; do await_host "$name"; done
}

await_host() { # HOST
  local tries=0 pid comm
  while :; do
    if pid=$(init_of "$1") && read -r comm <"/proc/$pid/comm" && [ "$comm" = tini ] &&
      [ -s "/proc/$pid/root/run/sshd.pid" ]; then return; fi
    tries=$((tries + 1))
    [ $tries -lt 1500 ] || die "$1 did not start within 30 s: $(tail -n 3 "$HOSTS/$1/boot.log")"
    [ $tries -lt 50 ] || [ -n "$pid" ] || die "$1 did not start: $(tail -n 3 "$HOSTS/$1/boot.log")"
    sleep 0.02
  done 2>/dev/null
}

start_host() {
  known_host "$1"
  start_hosts "$1"
}

kill_host() {
  known_host "$1"
  pull_cable "$1"
  local pid
  if pid=$(init_of "$1"); then
    kill -KILL "$pid"
    while init_of "$1" >/dev/null; do sleep 0.01; done
  fi
  ip netns del "$PREFIX-$1" 2>/dev/null || true
}

# ---- freeze and thaw

# Processes whose namespace of the given kind is one of the given inodes.
processes_in() { # KIND INODE...
  local kind=$1
  shift
  # Some end while we look, which is no failure.
  { stat -L -c '%i %n' /proc/[0-9]*/ns/"$kind" 2>/dev/null || true; } |
    awk -F'[ /]' -v wanted="$*" 'BEGIN { split(wanted, w, " "); for (i in w) set[w[i]] } $1 in set { print $4 }'
}

processes_of() { # HOST
  local pid
  pid=$(init_of "$1") || die "$1 is down"
  processes_in pid "$(stat -L -c %i "/proc/$pid/ns/pid")"
}

# Again until none runs: what runs may fork while others are being stopped.
freeze_host() {
  known_host "$1"
  local pids running
  while :; do
    pids=$(processes_of "$1")
    running=$(for pid in $pids; do grep -Hs '^State:' "/proc/$pid/status" || true; done | grep -vcE 'State:.[TZX]') || true
    [ "$running" != 0 ] || break
    # shellcheck disable=SC2086
    kill -STOP $pids 2>/dev/null || true
  done
  touch "$HOSTS/$1/frozen"
}

# Also the parents outside: nsenter stops itself when its child is stopped.
thaw_host() {
  known_host "$1"
  local pids parent
  mapfile -t pids < <(processes_of "$1")
  for parent in $(ps -o ppid= "${pids[@]}" | sort -u); do
    if grep -qsx nsenter "/proc/$parent/comm"; then pids+=("$parent"); fi
  done
  kill -CONT "${pids[@]}" 2>/dev/null || true
  rm -f "$HOSTS/$1/frozen"
}

# ---- commands

HOST_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

exec_on() { # [-u USER] HOST COMMAND...
  local user=root home=/root pid
  local become=() variables
  if [ "${1:-}" = -u ]; then
    hosts_needed 2 "$@"
    user=$2
    shift 2
  fi
  hosts_needed 2 "$@"
  known_host "$1"
  pid=$(init_of "$1") || die "$1 is down"
  shift
  # What "skew" set.
  mapfile -t variables <"/proc/$pid/root/etc/environment"
  if [ "$user" != root ]; then
    home=$(awk -F: -v user="$user" '$1 == user { print $6 }' "/proc/$pid/root/etc/passwd")
    [ -n "$home" ] || die "no user $user"
    become=(setpriv --reuid="$user" --regid="$user" --init-groups)
  fi
  [ ${#variables[@]} = 0 ] || become+=(env "${variables[@]}")
  exec nsenter -t "$pid" -m -u -n -p -i -r -w env -i PATH=$HOST_PATH LANG=C.UTF-8 HOME="$home" USER="$user" \
    LOGNAME="$user" "${become[@]}" "$@" 9>&-
}

# The same for the lab's own use: returns, and does not replace this script.
on_host() { (exec_on "$@"); }
