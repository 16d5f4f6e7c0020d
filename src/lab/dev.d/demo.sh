# shellcheck shell=bash
# ./dev demo: keeps the fleet and the console of one directory running. Read by dev.

FLEET=$REPOSITORY/src/lab/fleet
MAIN=io.matriarch.demo.DemoApplication

demo() {
  local port='' db='' verb=run lab=
  DIR=$REPOSITORY/.demo
  while [ $# -gt 0 ]; do
    case $1 in
      --port | --dir | --db) [ $# -ge 2 ] || die "$1 needs a value" ;;&
      --port) port=$2 && shift ;;
      --dir) DIR=$2 && shift ;;
      --db) db=$2 && shift ;;
      --lab) lab=1 ;;
      --detach) verb=detach ;;
      --stop) verb=stop ;;
      --reset) verb=reset ;;
      *) die "demo knows no option $1; see ./dev help" ;;
    esac
    shift
  done
  DIR=$(realpath -m -- "$DIR")
  case $port in *[!0-9]*) die "--port $port is not a number" ;; esac
  PORT=$port DB=$db
  choose_fleet "$lab"
  case $verb in
    run) run_demo ;;
    detach) detach_demo ;;
    stop) stop_demo && echo "The demo of $DIR is stopped; its data stays." ;;
    reset) reset_demo ;;
  esac
}

# A demo keeps the fleet that it was made with.
choose_fleet() { # LAB
  if [ -d "$DIR/lab" ]; then
    FLEET=$REPOSITORY/src/lab/labfleet
  elif [ -n "$1" ]; then
    [ ! -e "$DIR/fleet.env" ] || die "the demo of $DIR was made without --lab; --reset it first, or choose another --dir"
    "$REPOSITORY/src/lab/lab" --dir "$DIR/lab" check >/dev/null || exit
    FLEET=$REPOSITORY/src/lab/labfleet
    (umask 077 && mkdir -p "$DIR/lab")
  fi
}

# ---- foreground and background

run_demo() {
  need_packages "${DEMO_PACKAGES[@]}"
  need_jdk
  (umask 077 && mkdir -p "$DIR")
  if already_running; then return; fi
  exec 7>>"$DIR/demo.lock"
  # The last sleep of a supervisor that was killed holds the lock for a moment longer.
  flock -w 5 7 || die "another ./dev demo of $DIR is starting or stopping"
  echo $$ >"$DIR/demo.pid"
  build
  choose_port
  supervise
}

detach_demo() {
  need_packages "${DEMO_PACKAGES[@]}"
  need_jdk
  (umask 077 && mkdir -p "$DIR")
  if already_running; then return; fi
  local options=(--dir "$DIR") supervisor
  if [ -n "$PORT" ]; then options+=(--port "$PORT"); fi
  if [ -n "$DB" ]; then options+=(--db "$DB"); fi
  rm -f "$DIR/ready"
  setsid "$REPOSITORY/dev" demo "${options[@]}" </dev/null >"$DIR/demo.log" 2>&1 &
  supervisor=$!
  until [ -e "$DIR/ready" ]; do
    kill -0 "$supervisor" 2>/dev/null || {
      tail -n 30 "$DIR/demo.log" >&2
      die "the demo did not start; all of its log is in $DIR/demo.log"
    }
    sleep 0.1
  done
  cat "$DIR/welcome.txt"
  echo "It runs in the background; its log is $DIR/demo.log. Stop it with ./dev demo --stop --dir $DIR"
}

already_running() {
  supervisor_pid >/dev/null || return 1
  wait_until 120 test -e "$DIR/ready" || die "a demo of $DIR is starting since two minutes; see its log"
  echo "The demo of $DIR runs already."
  cat "$DIR/welcome.txt"
}

# The supervisor is the process that holds the lock.
supervisor_pid() {
  local pid
  pid=$(cat "$DIR/demo.pid" 2>/dev/null) || return 1
  [ "$(readlink "/proc/$pid/fd/7" 2>/dev/null)" = "$DIR/demo.lock" ] || return 1
  echo "$pid"
}

stop_demo() {
  local pid
  if pid=$(supervisor_pid); then
    kill -TERM "$pid"
    wait_until 60 no_supervisor || kill -KILL "$pid" 2>/dev/null || true
  fi
  stop_all
}

no_supervisor() { ! supervisor_pid >/dev/null; }

reset_demo() {
  stop_demo
  "$FLEET" reset "$DIR"
  local kept
  for kept in console directory agents demo.json demo.log demo.pid demo.lock demo.port console.log console.log.1 \
    console.pid console.args welcome.txt ready secrets.json; do
    rm -rf -- "${DIR:?}/$kept"
  done
  rmdir -- "$DIR" 2>/dev/null || true
  echo "The demo of $DIR is stopped and its data is removed."
}

# ---- the supervisor

choose_port() {
  local candidate
  if [ -n "$PORT" ]; then
    # A console that was killed a moment ago may still hold it.
    local tries=0
    until port_is_free "$PORT" || [ "$tries" -ge 20 ]; do
      tries=$((tries + 1))
      sleep 0.25
    done
    port_is_free "$PORT" || die "port $PORT of 127.0.0.1 is in use; choose another with --port"
  else
    for candidate in $(cat "$DIR/demo.port" 2>/dev/null) $(seq 8080 8179); do
      if port_is_free "$candidate"; then
        PORT=$candidate
        break
      fi
    done
    [ -n "$PORT" ] || die "ports 8080 to 8179 of 127.0.0.1 are all in use; choose one with --port"
  fi
  echo "$PORT" >"$DIR/demo.port"
}

port_is_free() {
  local hex
  hex=$(printf %04X "$1")
  ! grep -qsE ": (0100007F|00000000|0{24}01000000|0{32}|0000000000000000FFFF00000100007F):$hex [0-9A-F:]+ 0A" \
    /proc/net/tcp /proc/net/tcp6
}

supervise() {
  STOPPING=
  trap 'STOPPING=1' INT TERM HUP
  stop_console
  if [ -e "$DIR/console.log" ]; then mv "$DIR/console.log" "$DIR/console.log.1"; fi
  start_fleet
  local quick=0 began
  READY=
  while [ -z "$STOPPING" ]; do
    began=$SECONDS
    start_console
    watch_console
    [ -z "$STOPPING" ] || break
    if [ $((SECONDS - began)) -lt 30 ]; then quick=$((quick + 1)); else quick=0; fi
    if [ -z "$READY" ] || [ $quick -gt 5 ]; then
      grep -v '^[[:space:]]at ' "$DIR/console.log" | tail -n 30 >&2
      stop_all
      die "the console does not stay up; all of its log is in $DIR/console.log. Nothing is left running."
    fi
    echo "The console ended; starting it again (its log: $DIR/console.log)."
    sleep 0.5 || true
  done
  echo "Stopping ..."
  stop_all
}

# In a session of its own, so that Ctrl-C does not end it halfway: we stop what it started.
start_fleet() {
  setsid -w "$FLEET" up "$DIR" 7>&- && return
  stop_all
  die "the fleet of $DIR did not start; what it says above must be mended first. Nothing is left running."
}

# Only the quick compiler: half the processor time until the first page, and enough speed for a demo.
start_console() {
  rm -f "$DIR/ready"
  (umask 077 && printf -- '-cp\n"%s"\n' "$(class_path)" >"$DIR/console.args")
  # Not part of our process group's Ctrl-C: the console is told to stop by us, and once.
  DEMO_DATABASE=$DB setsid "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g --enable-native-access=ALL-UNNAMED \
    "-Dmatriarch.demo.directory=$DIR" "@$DIR/console.args" "$MAIN" --server.port="$PORT" \
    </dev/null >>"$DIR/console.log" 2>&1 7>&- &
  CONSOLE=$!
  # Bash would report its end in words of its own.
  disown
  echo "$CONSOLE" >"$DIR/console.pid"
}

# Returns when the console has ended, by itself or because we were told to stop.
watch_console() {
  local told=
  while kill -0 "$CONSOLE" 2>/dev/null && [ -z "$STOPPING" ]; do
    if [ -z "$told" ] && [ -e "$DIR/ready" ]; then
      told=1 READY=1
      cat "$DIR/welcome.txt"
    fi
    sleep 0.2 || true
  done
}

console_pid() { pid_of "$DIR/console.pid" "-Dmatriarch.demo.directory=$DIR" || true; }

# Processes of the embedded database, which outlive a console that was killed.
metadata_pids() {
  local path
  for path in /proc/[0-9]*; do
    [ "$(readlink "$path/cwd" 2>/dev/null)" = "$DIR/console/postgres/data" ] || continue
    case $(readlink "$path/exe" 2>/dev/null) in */postgres | */postgres\ *) echo "${path#/proc/}" ;; esac
  done
}

stop_console() {
  signal TERM "$(console_pid)"
  wait_until 30 none console_pid || signal KILL "$(console_pid)"
  wait_until 5 none console_pid || die "the console does not end"
  # A fast stop: the postmaster is the one whose number the pid file holds.
  signal INT "$(pid_of "$DIR/console/postgres/data/postmaster.pid" postgres || true)"
  wait_until 20 none metadata_pids || end_all metadata_pids
  rm -f "$DIR/ready" "$DIR/console.pid"
}

stop_all() {
  stop_console
  setsid -w "$FLEET" down "$DIR" 7>&-
}
