# shellcheck shell=bash
# PgBouncer before a herd: one port, and as many processes as asked for. Read by src/lab/lab.

make_pgbouncer() { # HOST HERD [--processes N]
  local host=$1 herd=$2 processes=1 number port
  case ${3:-} in
    '') ;;
    --processes) processes=${4:-} ;;
    *) die "pgbouncer knows no option $3" ;;
  esac
  case $processes in [1-9] | [1-9][0-9]) ;; *) die "--processes wants a number from 1 to 99" ;; esac
  running_host "$host"
  need_lab_packages pgbouncer
  port=$(pooler_port "$host" "$herd")
  # Whoever owns the pooler replaces its databases file.
  on_host "$host" install -d -o postgres -g postgres -m 755 /etc/pgbouncer
  pooler_databases "$herd" | put "$host" "/etc/pgbouncer/$herd.databases.ini" 600 postgres
  pooler_users "$host" "$herd"
  for ((number = 1; number <= processes; number++)); do
    pooler_settings "$herd" "$number" "$port" | put "$host" "/etc/pgbouncer/$herd-$number.ini" 600 postgres
  done
  pooler_start "$herd" "$processes" | start_service "$host" "pgbouncer-$herd"
  await_port "$host" "$port" PgBouncer
  describe_service "pgbouncer-$host-$herd" <<END
{"kind":"pgbouncer","host":"$host","port":$port,"herd":"$herd","database":"app","processes":$processes,"socketDirectories":[$(
    for ((number = 1; number <= processes; number++)); do
      [ "$number" = 1 ] || printf ,
      printf '"/run/pgbouncer/%s-%s"' "$herd" "$number"
    done
  )],"databasesFile":"/etc/pgbouncer/$herd.databases.ini","admin":"pgbouncer","password":"$(lab_secret pgbouncer)"}
END
}

# One that was made before keeps its port.
pooler_port() { # HOST HERD
  local file port=6432
  file=$DIR/services/pgbouncer-$1-$2.json
  if [ -f "$file" ]; then
    grep -o '"port":[0-9]*' "$file" | cut -d: -f2
    return
  fi
  while grep -qs "\"port\":$port," "$DIR/services/pgbouncer-$1-"*.json; do port=$((port + 1)); done
  echo $port
}

# An address and no name: a pooler resolves a name again only after a while.
pooler_databases() { # HERD
  printf '[databases]\napp = host=%s port=%s dbname=app\n' \
    "$(address "$(herd_fact "$1" primary)")" "$(herd_fact "$1" port)"
}

pooler_users() { # HOST HERD
  printf '"%s" "%s"\n' app "$(lab_secret app)" pgbouncer "$(lab_secret pgbouncer)" |
    put "$1" "/etc/pgbouncer/$2.users" 600 postgres
}

# Processes that share a port are told apart by their sockets.
pooler_settings() { # HERD NUMBER PORT
  cat <<END
%include /etc/pgbouncer/$1.databases.ini
[pgbouncer]
listen_addr = *
listen_port = $3
so_reuseport = 1
unix_socket_dir = /run/pgbouncer/$1-$2
pidfile = /run/pgbouncer/$1-$2/pid
logfile = /var/log/postgresql/pgbouncer-$1-$2.log
auth_type = scram-sha-256
auth_file = /etc/pgbouncer/$1.users
admin_users = pgbouncer
pool_mode = transaction
max_client_conn = 1000
query_wait_timeout = 120
ignore_startup_parameters = extra_float_digits
END
}

# What runs already reads its files again.
pooler_start() { # HERD PROCESSES
  cat <<END
#!/bin/bash
for number in {1..$2}; do
  directory=/run/pgbouncer/$1-\$number
  install -d -o postgres -g postgres -m 755 /run/pgbouncer "\$directory"
  if pid=\$(cat "\$directory/pid" 2>/dev/null) && grep -qsx pgbouncer "/proc/\$pid/comm"; then
    kill -HUP "\$pid"
  else
    rm -f "\$directory"/* "\$directory"/.s.*
    setpriv --reuid=postgres --regid=postgres --init-groups /usr/sbin/pgbouncer -q -d /etc/pgbouncer/$1-\$number.ini || exit
  fi
done
END
}
