# shellcheck shell=bash
# Starting and ending a fleet's processes. A process is known by what it is, never by its number alone.

# Runs a command as a server's owner, in that server's environment and in nothing of ours.
as_owner() { # SERVER COMMAND...
  local server=$1
  shift
  env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME="$ROOT/$server/home" \
    PG_CLUSTER_CONF_ROOT="$ROOT/$server/etc" MATRIARCH_DEMO="$ROOT" _SYSTEMCTL_SKIP_REDIRECT=1 \
    "${AS_OWNER[@]}" "$@" 9>&-
}

# Runs a function once per argument, all at once; fails if one fails.
in_parallel() {
  local function=$1 argument pid failed=0
  local pids=()
  shift
  for argument in "$@"; do
    "$function" "$argument" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return $failed
}

wait_until() { # SECONDS CONDITION...
  local tries=$(($1 * 20))
  shift
  while ! "$@"; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.05
  done
}

# Says the number in a pid file if that process is alive and its command line holds the text.
pid_of() { # PIDFILE TEXT
  local pid
  pid=$(head -n 1 "$1" 2>/dev/null) || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$2" || return 1
  echo "$pid"
}

# Processes that carry this fleet's mark in their environment, and servers that work inside its directories.
marked() {
  local path pid
  grep -lzsxF -- "MATRIARCH_DEMO=$ROOT" /proc/[0-9]*/environ | cut -d/ -f3
  for path in /proc/[0-9]*; do
    pid=${path#/proc/}
    case $(readlink "$path/cwd" 2>/dev/null) in "$ROOT"/*) ;; *) continue ;; esac
    case $(readlink "$path/exe" 2>/dev/null) in */postgres | */pgbouncer) echo "$pid" ;; esac
  done
}

# Ends agents, load, pooler and what people started over SSH; postmasters get their own orderly stop.
marked_helpers() {
  local pid
  for pid in $(marked | sort -un); do
    case $(readlink "/proc/$pid/exe" 2>/dev/null) in */bin/postgres | */sshd) ;; *) echo "$pid" ;; esac
  done
}

end_marked() {
  end_all marked_helpers
}

# TERM, and KILL after three seconds, to all processes that a function lists, until it lists none.
end_all() { # FUNCTION
  local pids
  pids=$("$1")
  [ -n "$pids" ] || return 0
  signal TERM "$pids"
  wait_until 3 none "$1" && return
  signal KILL "$("$1")"
  wait_until 5 none "$1" || die "processes do not end: $("$1" | tr '\n' ' ')"
}

none() { [ -z "$("$1")" ]; }

signal() { # NAME PIDS
  local pid
  for pid in $2; do kill -s "$1" "$pid" 2>/dev/null || true; done
}
