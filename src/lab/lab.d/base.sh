# shellcheck shell=bash
# What all hosts of a lab share: a small copy of this machine's /etc and /var, users and keys. Read by src/lab/lab.

BASE=$DIR/base

make_base() {
  [ ! -e "$BASE/.done" ] || return 0
  rm -rf --one-file-system -- "$BASE"
  mkdir -p "$BASE"/{dev,proc,sys,run,tmp,home,opt,srv,mnt,usr,lab,etc,var} "$DIR"/{keys,share,hosts,herds,services}
  install -d -m 700 "$BASE/root"
  local link
  for link in bin sbin lib lib32 lib64; do
    [ ! -e "/$link" ] || ln -sfn "usr/$link" "$BASE/$link"
  done
  make_keys
  make_etc
  make_users
  make_var
  install -m 755 "$HERE/lab.d/init" "$BASE/etc/lab/init"
  touch "$BASE/.done"
}

make_keys() {
  [ -s "$DIR/keys/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$DIR/keys/id_ed25519"
}

# Nothing that is private to this machine: no passwords, keys, jobs or settings of people's sessions.
make_etc() {
  local etc=$BASE/etc gone
  cp -a /etc/. "$etc/"
  for gone in ssh ssl/private postgresql pgbouncer cron.d cron.daily cron.hourly cron.weekly cron.monthly crontab systemd \
    machine-id profile.d resolv.conf hosts hostname sudoers.d environment sysctl.d ld.so.preload rc.local mtab; do
    rm -rf -- "${etc:?}/$gone"
  done
  mkdir -p "$etc"/{ssh,postgresql,sudoers.d,lab/services} "$etc/ssl/private"
  ln -s /proc/self/mounts "$etc/mtab"
  ln -s /lab/hosts "$etc/hosts"
  ln -s /lab/resolv.conf "$etc/resolv.conf"
  ln -s /lab/known_hosts "$etc/ssh/ssh_known_hosts"
  : >"$etc/environment"
  sed -i '/pam_motd\|pam_mail/d' "$etc/pam.d/sshd"
  cat >"$etc/ssh/sshd_config" <<'END'
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
UseDNS no
PrintMotd no
PidFile /run/sshd.pid
Subsystem sftp /usr/lib/openssh/sftp-server
END
  printf 'Host *\n  StrictHostKeyChecking yes\n  IdentityFile ~/.ssh/id_ed25519\n' >"$etc/ssh/ssh_config"
  install -m 644 "$DIR/keys/id_ed25519.pub" "$etc/ssh/authorized_keys"
}

# "admin" may become root; "service" runs BIND, OpenLDAP and the stores, whichever packages are there.
make_users() {
  local etc=$BASE/etc file
  for file in passwd shadow group gshadow; do
    sed -i '/^\(admin\|service\):/d' "$etc/$file"
    rm -f "$etc/$file-"
  done
  # "*" is no password; "!" would lock the account also for keys.
  sed -i 's/^\([^:]*\):[^:]*:/\1:*:/' "$etc/shadow"
  echo 'admin:x:7700:7700::/home/admin:/bin/bash' >>"$etc/passwd"
  echo 'service:x:7701:7701::/var/lib/lab:/usr/sbin/nologin' >>"$etc/passwd"
  printf '%s:*:19000:0:99999:7:::\n' admin service >>"$etc/shadow"
  printf '%s\n' admin:x:7700: service:x:7701: >>"$etc/group"
  printf '%s:*::\n' admin service >>"$etc/gshadow"
  printf '%s\n' 'Defaults env_file=/etc/environment' 'admin ALL=(ALL) NOPASSWD: ALL' >"$etc/sudoers.d/admin"
  chmod 440 "$etc/sudoers.d/admin"
  install -d -m 755 -o 7700 -g 7700 "$BASE/home/admin"
  give_key "$BASE/root" 0
  give_key "$BASE/home/admin" 7700
}

# Hosts reach each other by the same key.
give_key() { # HOME OWNER
  install -d -m 700 -o "$2" -g "$2" "$1/.ssh"
  install -m 600 -o "$2" -g "$2" "$DIR/keys/id_ed25519" "$1/.ssh/id_ed25519"
}

make_var() {
  local var=$BASE/var
  mkdir -p "$var"/{lib,cache,log,spool,tmp,backups,lib/dpkg/info}
  chmod 1777 "$var/tmp" "$BASE/tmp"
  ln -s /run "$var/run"
  ln -s /run/lock "$var/lock"
  find /var/lib/dpkg -maxdepth 1 -type f ! -name '*-old' ! -name 'lock*' -exec cp -a -t "$var/lib/dpkg" {} +
  cp -a /var/lib/dpkg/alternatives "$var/lib/dpkg/"
  [ ! -d /var/lib/pam ] || cp -a /var/lib/pam "$var/lib/"
  install -d -m 755 -o 7701 -g 7701 "$var/lib/lab"
  install -d -o root -g postgres -m 1775 "$var/log/postgresql"
  install -d -m 755 -o postgres -g postgres "$var/lib/postgresql" "$DIR/home.postgres"
  give_key "$DIR/home.postgres" postgres
}
