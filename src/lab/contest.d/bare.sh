# shellcheck shell=bash
# The shortest switch by hand: open sessions to everything, direct signals, nothing proven. Read by contest.

BARE=bare

bare_setup() { script_setup $BARE; }

bare_close() { close_masters; }

# A session that stays open: its standard input is $NAME_IN, its output $NAME_OUT.
session() { # NAME HOST COMMAND
  local pipes in out
  pipes=$(mktemp -d)
  mkfifo "$pipes/in" "$pipes/out"
  "${SSH[@]}" "postgres@$(address "$2")" "$3" <"$pipes/in" >"$pipes/out" 2>&1 &
  exec {in}>"$pipes/in" {out}<"$pipes/out"
  printf -v "$1_IN" %s "$in"
  printf -v "$1_OUT" %s "$out"
  rm -r "$pipes"
}

# Says it, and reads up to the line "done".
tell() { # NAME TEXT
  local in=$1_IN out=$1_OUT line
  printf '%s\n' "$2" >&"${!in}"
  while read -r line <&"${!out}"; do
    [ "$line" != "done" ] || return 0
  done
  die "the session $1 ended"
}

bare_switch() {
  local port data pid line
  port=$(herd_port $BARE) data=$(data_of $BARE)
  find_roles "$port"
  make_slots "$NEW" "$port" "$OLD" "$OTHER"
  pid=$(remote "$OLD" "head -n 1 $data/postmaster.pid")
  line=$(databases_line "$NEW" "$port")
  session CONSOLE "$POOLER" "$BIN/psql -XqAt -h /run/pgbouncer/$BARE-1 -p $(pooler_port $BARE) -U pgbouncer -d pgbouncer"
  session FILES "$POOLER" sh
  session SERVER "$OLD" sh
  session CANDIDATE "$NEW" "$(psql_at "$port")"
  tell CONSOLE '\echo done'
  tell FILES 'echo done'
  tell SERVER 'echo done'
  tell CANDIDATE '\echo done'
  ask "$OLD" "$port" checkpoint
  ask "$NEW" "$port" checkpoint

  tell CONSOLE $'PAUSE app;\n\\echo done'
  tell SERVER "kill -INT $pid; while kill -0 $pid 2>/dev/null; do sleep 0.002; done; echo done"
  tell CANDIDATE $'select pg_promote(false);\ndo $$ begin while pg_is_in_recovery() loop perform pg_sleep(0.002); end loop; end $$;\n\\echo done'
  tell FILES "printf '[databases]\n%s\n' '$line' >/etc/pgbouncer/$BARE.databases.ini; echo done"
  tell CONSOLE $'RELOAD;\nRESUME app;\n\\echo done'

  exec {CONSOLE_IN}>&- {FILES_IN}>&- {SERVER_IN}>&- {CANDIDATE_IN}>&-
  wait
  follow_up $BARE "$port"
}
