# shellcheck shell=bash
# A switch by hand over kept-open SSH connections, with the proofs that Matriarch makes. Read by contest.

PROVING=proving

proving_setup() { script_setup $PROVING; }

proving_close() { close_masters; }

# The pooler's console; $1 and so on are statements.
admin() {
  local statement options=''
  for statement; do options+=" -c '$statement'"; done
  echo "$BIN/psql -XqA -F'|' -P footer=off -v ON_ERROR_STOP=1 -h /run/pgbouncer/$PROVING-1 \
    -p $(pooler_port $PROVING) -U pgbouncer -d pgbouncer$options"
}

# Prints host, whether paused, and connections to the server, of the database "app".
# shellcheck disable=SC2016
SHOWN='awk -F"|" '\''/^name\|/ { for (i = 1; i <= NF; i++) c[$i] = i } $1 == "app" { print $c["host"], $c["paused"], $c["current_connections"] }'\'

proving_switch() {
  local port data address pause stop held replayed promote point down location timeline identifier promoted line
  port=$(herd_port $PROVING) data=$(data_of $PROVING)
  find_roles "$port"
  address=$(address "$NEW")
  # Everything that needs no pause, and the text of all commands, comes first.
  make_slots "$NEW" "$port" "$OLD" "$OTHER"
  line=$(databases_line "$NEW" "$port")
  remote "$OLD" "umask 077; cd $data && { grep -vE '^(primary_conninfo|primary_slot_name)' postgresql.auto.conf || true; } >contest.staged &&
    printf '%s\n' \"primary_conninfo = '$(conninfo "$NEW" "$port" "$OLD")'\" \"primary_slot_name = '$OLD'\" >>contest.staged &&
    sync contest.staged"
  remote "$POOLER" "umask 077; printf '[databases]\n%s\n' '$line' >/etc/pgbouncer/$PROVING.next && sync /etc/pgbouncer/$PROVING.next"
  pause="echo $$ >/tmp/pause.token
    setsid sh -c 'sleep 60; [ \"\$(cat /tmp/pause.token)\" != $$ ] || $(admin 'RESUME app' | tr \' \")' </dev/null >/dev/null 2>&1 &
    echo \$! >/tmp/pause.expiry
    [ \"\$($(admin 'PAUSE app' 'SHOW DATABASES') | $SHOWN)\" = '$(address "$OLD") 1 0' ]"
  stop="cd $data && read -r pid <postmaster.pid && kill -INT \$pid || exit
    tries=0
    while kill -0 \$pid 2>/dev/null; do
      tries=\$((tries + 1)); [ \$tries -lt 4000 ] || exit 1
      sleep 0.005
    done
    for process in /proc/[0-9]*; do
      read -r comm <\$process/comm || continue
      case \$comm in postgres) [ ! \$process/cwd -ef $data ] || exit 2 ;; esac
    done 2>/dev/null
    control=\$($BIN/pg_controldata -D $data) || exit
    cp contest.staged contest.new && touch standby.signal && mv contest.new postgresql.auto.conf &&
      sync standby.signal postgresql.auto.conf . && cmp -s contest.staged postgresql.auto.conf || exit 3
    printf '%s\n' \"\$control\""
  held="[ \"\$(cat /tmp/pause.token)\" = $$ ] && kill -0 \$(cat /tmp/pause.expiry) &&
    [ \"\$($(admin 'SHOW DATABASES') | $SHOWN)\" = '$(address "$OLD") 1 0' ]"
  promote="$(psql_at "$port") <<'END'
select pg_promote(false);
do \$\$ begin while pg_is_in_recovery() loop perform pg_sleep(0.002); end loop; end \$\$;
set synchronous_commit = local;
begin; select txid_current() > 0; commit;
select 'x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
END"
  point="mv /etc/pgbouncer/$PROVING.next /etc/pgbouncer/$PROVING.databases.ini && sync /etc/pgbouncer &&
    [ \"\$($(admin RELOAD 'SHOW DATABASES') | $SHOWN)\" = '$address 1 0' ] &&
    case \$($(admin 'RESUME app' 'SHOW DATABASES') | $SHOWN) in '$address 0 '*) : >/tmp/pause.token; kill -- -\$(cat /tmp/pause.expiry) ;; *) exit 1 ;; esac"
  ask "$OLD" "$port" checkpoint
  ask "$NEW" "$port" checkpoint

  remote "$POOLER" "$pause" || die "the pause is not complete"
  down=$(remote "$OLD" "$stop") || die "stop failed with $?"
  [[ $down =~ "Database cluster state:"\ +"shut down"$'\n' ]] || die "no clean end: $down"
  [[ $down =~ "Latest checkpoint location:"\ +([0-9A-F/]+) ]] && location=${BASH_REMATCH[1]}
  [[ $down =~ "Latest checkpoint's TimeLineID:"\ +([0-9]+) ]] && timeline=${BASH_REMATCH[1]}
  [[ $down =~ "Database system identifier:"\ +([0-9]+) ]] && identifier=${BASH_REMATCH[1]}
  replayed="$(psql_at "$port") <<'END'
do \$\$ begin while not pg_last_wal_replay_lsn() > '$location' loop perform pg_sleep(0.002); end loop; end \$\$;
select pg_is_in_recovery() and system_identifier = $identifier from pg_control_system();
END"
  remote "$POOLER" "$held" &
  [ "$(remote "$NEW" "$replayed")" = t ] || die "the candidate has not replayed past $location"
  wait $! || die "the pause does not hold"
  promoted=$(remote "$NEW" "$promote") || die "the promotion failed"
  [ $((16#${promoted##*x})) -gt "$timeline" ] || die "no newer timeline: $promoted"
  remote "$POOLER" "$point" || die "pointing the pooler failed"

  follow_up $PROVING "$port"
}
