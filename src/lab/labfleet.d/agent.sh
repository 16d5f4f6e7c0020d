# shellcheck shell=bash
# Programs of the demo that run on a host again and again, and start with it: the agents, the load. Read by
# src/lab/labfleet.

# A service of the host: the command as "postgres", once more after each end.
install_loop() { # HOST NAME COMMAND SECONDS
  # shellcheck disable=SC2016
  lab exec "$1" bash -c 'cat >"/etc/lab/services/$1.new" && chmod 755 "/etc/lab/services/$1.new" &&
    mv "/etc/lab/services/$1.new" "/etc/lab/services/$1"' install "$2" <<END
#!/bin/bash
if pid=\$(cat /run/$2.pid 2>/dev/null) && [ -e "/proc/\$pid" ]; then exit 0; fi
export HOME=/var/lib/postgresql
setsid setpriv --reuid=postgres --regid=postgres --init-groups bash -c "while :; do
  $3 >/dev/null 2>/var/log/postgresql/$2.log
  sleep $4
done" </dev/null >/dev/null 2>&1 &
echo \$! >/run/$2.pid
END
  lab exec "$1" "/etc/lab/services/$2" </dev/null
}

agents() { # CONNINFO LOGIN
  local name
  # A running loop reads its script only when it starts it: replace by rename.
  install -m 755 "$HERE/../../agent-report/matriarch-report" "$DIR/lab/share/matriarch-report.new"
  mv "$DIR/lab/share/matriarch-report.new" "$DIR/lab/share/matriarch-report"
  for name in "${SERVERS[@]}"; do
    lab exec "$name" install -d -o postgres -g postgres -m 700 /etc/matriarch /var/lib/matriarch
    own "$name" token <"$DIR/agents/$name.token"
    echo "*:*:*:$2:$(cat "$DIR/agents/password")" | own "$name" pgpass
    own "$name" report.conf <<END
server=$name
conninfo=$1 user=$2 passfile=/etc/matriarch/pgpass connect_timeout=5
token_file=/etc/matriarch/token
state_dir=/var/lib/matriarch
discover=lsclusters
interval=5
END
    start_agent "$name"
  done
}

own() { # HOST FILE   (standard input)
  # shellcheck disable=SC2016
  lab exec -u postgres "$1" sh -c 'umask 077; cat >"/etc/matriarch/$1.new" && mv "/etc/matriarch/$1.new" "/etc/matriarch/$1"' \
    own "$2"
}

start_agent() { # HOST
  install_loop "$1" matriarch-agent '/lab/matriarch-report --config /etc/matriarch/report.conf' 5
}

# Its loop and what it just runs; it does not come back with its host either.
stop_agent() { # HOST
  # shellcheck disable=SC2016
  lab exec "$1" sh -c 'rm -f /etc/lab/services/matriarch-agent
    pid=$(cat /run/matriarch-agent.pid) && kill -- "-$pid"; rm -f /run/matriarch-agent.pid'
}
