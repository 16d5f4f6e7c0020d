# shellcheck shell=bash
# What a server has besides its clusters: directories, sshd, agent.

make_server() {
  local name=$1 directory
  mkdir -p "$ROOT/$name/ssh"
  owned_directory "$ROOT/$name" 755
  for directory in etc home log matriarch postgresql "postgresql/$VERSION"; do
    owned_directory "$ROOT/$name/$directory" 755
  done
  owned_directory "$RUN_ROOT/$name" 755
  [ -f "$ROOT/$name/ssh/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$ROOT/$name/ssh/host_key"
  [ -f "$ROOT/authorized_keys" ] || : >"$ROOT/authorized_keys"
  echo "*:*:*:replicator:$REPLICATION_PASSWORD" | owned_file "$ROOT/$name/pgpass" 600
  write_sshd_config "$name"
}

write_sshd_config() {
  local pam=no strict=no
  # "postgres" is a locked account, which sshd lets in only through PAM. A user's own directory may lie below one that
  # all may write to, which StrictModes refuses.
  if [ "$(id -u)" = 0 ]; then pam=yes strict=yes; fi
  cat >"$ROOT/$1/ssh/sshd_config" <<END
ListenAddress $(address "$1"):$SSH_PORT
HostKey $ROOT/$1/ssh/host_key
PidFile $ROOT/$1/ssh/sshd.pid
AuthorizedKeysFile $ROOT/authorized_keys
AllowUsers $OWNER
UsePAM $pam
StrictModes $strict
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
PrintMotd no
SetEnv HOME=$ROOT/$1/home PG_CLUSTER_CONF_ROOT=$ROOT/$1/etc MATRIARCH_DEMO=$ROOT _SYSTEMCTL_SKIP_REDIRECT=1
Subsystem sftp internal-sftp
END
}

sshd_of() { pid_of "$ROOT/$1/ssh/sshd.pid" "$ROOT/$1/ssh/sshd_config"; }

start_sshd() {
  local name=$1
  if sshd_of "$name" >/dev/null; then return 0; fi
  if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi
  rm -f "$ROOT/$name/ssh/sshd.pid"
  env -i PATH=/usr/bin:/bin LANG=C.UTF-8 /usr/sbin/sshd -f "$ROOT/$name/ssh/sshd_config" -E "$ROOT/$name/ssh/sshd.log" \
    9>&- >/dev/null 2>&1 || die "sshd of $name did not start: $(tail -n 3 "$ROOT/$name/ssh/sshd.log")"
  wait_until 5 sshd_of "$name" >/dev/null ||
    die "sshd of $name does not listen on $(address "$name"):$SSH_PORT: $(tail -n 3 "$ROOT/$name/ssh/sshd.log")"
}

stop_sshd() {
  local pid
  pid=$(sshd_of "$1") || return 0
  SSHD=$pid
  sshd_and_sessions() {
    local parent=$SSHD
    if sshd_of "$STOPPED_SERVER" >/dev/null; then echo "$parent"; fi
    while parent=$(pgrep -d , -P "$parent" -x sshd); do echo "${parent//,/$'\n'}"; done
  }
  STOPPED_SERVER=$1
  local sessions
  sessions=$(sshd_and_sessions)
  signal TERM "$sessions"
  end_all sshd_and_sessions
}

stop_server() {
  local name=$1 spec
  local clusters=()
  known_server "$name"
  for spec in "${PRIMARIES[@]}" "${STANDBYS[@]}"; do
    case $spec in "$name":*) clusters+=("$spec") ;; esac
  done
  stop_agent "$name"
  if [ "$name" = "$POOLER_SERVER" ]; then stop_pooler; fi
  stop_clusters "${clusters[@]}"
  stop_sshd "$name"
}

start_server() {
  local name=$1 spec
  known_server "$name"
  start_sshd "$name"
  for spec in "${PRIMARIES[@]}" "${STANDBYS[@]}"; do
    case $spec in "$name":*) start_cluster "$spec" ;; esac
  done
  if [ "$name" = "$POOLER_SERVER" ]; then
    start_pooler
    start_load
  fi
  if [ -f "$ROOT/$name/matriarch/report.conf" ]; then start_agent "$name"; fi
}

rekey() {
  known_server "$1"
  rm -f "$ROOT/$1/ssh/host_key" "$ROOT/$1/ssh/host_key.pub"
  stop_sshd "$1"
  make_server "$1"
  start_sshd "$1"
  write_description
}

authorize() {
  [ -s "$1" ] || die "no public key in $1"
  install -m 644 "$1" "$ROOT/authorized_keys.new"
  mv "$ROOT/authorized_keys.new" "$ROOT/authorized_keys"
}

install_agent() {
  mkdir -p "$ROOT/bin"
  # A running loop reads its script only when it starts it: replace by rename.
  install -m 755 "$LAB/../../agent-report/matriarch-report" "$ROOT/bin/matriarch-report.new"
  mv "$ROOT/bin/matriarch-report.new" "$ROOT/bin/matriarch-report"
}

configure_agent() { # SERVER CONNINFO LOGIN
  local home=$ROOT/$1/matriarch
  owned_file "$home/token" 600 <"$DIR/agents/$1.token"
  echo "*:*:*:$3:$(cat "$DIR/agents/password")" | owned_file "$home/pgpass" 600
  owned_file "$home/report.conf" 600 <<END
server=$1
conninfo=$2 user=$3 passfile=$home/pgpass connect_timeout=5
token_file=$home/token
state_dir=$home
discover=lsclusters
interval=5
END
}

agent_of() { pid_of "$ROOT/$1/matriarch/agent.pid" "$ROOT/$1/matriarch/report.conf"; }

start_agent() {
  local name=$1 home=$ROOT/$1/matriarch
  known_server "$name"
  if agent_of "$name" >/dev/null; then return 0; fi
  # shellcheck disable=SC2016
  as_owner "$name" setsid -f bash -c 'echo $$ >"$3"
    while :; do "$1" --config "$2" >"$4" 2>&1; sleep 5; done' \
    agent "$ROOT/bin/matriarch-report" "$home/report.conf" "$home/agent.pid" "$ROOT/$name/log/agent.log" \
    </dev/null >/dev/null 2>&1
  wait_until 5 agent_of "$name" >/dev/null || die "the agent of $name did not start"
}

stop_agent() {
  known_server "$1"
  STOPPED_AGENT=$1
  # shellcheck disable=SC2317
  agent_pids() { agent_of "$STOPPED_AGENT" || true; }
  end_all agent_pids
}

status() {
  local name spec server herd port
  [ -f "$ROOT/fleet.env" ] || die "no fleet was made for $DIR"
  for name in "${SERVERS[@]}"; do
    printf '%-9s %s:%s sshd %s, agent %s\n' "$name" "$(address "$name")" "$SSH_PORT" \
      "$(sshd_of "$name" || echo -)" "$(agent_of "$name" || echo -)"
  done
  for spec in "${PRIMARIES[@]}" "${STANDBYS[@]}"; do
    IFS=: read -r server herd port _ <<<"$spec"
    printf '%-9s %s/%s port %s postmaster %s\n' "$server" "$VERSION" "$herd" "$port" \
      "$(postmaster "$server" "$herd" || echo -)"
  done
}
