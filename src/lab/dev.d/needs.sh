# shellcheck shell=bash
# What the commands need of this machine: a JDK 25, and packages. Read by dev.

DEMO_PACKAGES=(maven postgresql openssh-server pgbouncer rsync procps)
# shellcheck disable=SC2034
TEST_PACKAGES=("${DEMO_PACKAGES[@]}" shellcheck chromium curl haproxy)
PACKAGES_LOCK=/run/lock/matriarch-packages
POLICY=/usr/sbin/policy-rc.d
NO_CLUSTER=/etc/postgresql-common/createcluster.d/matriarch.conf

need_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" "$(jdk_on_path)" /usr/lib/jvm/* /opt/*jdk* /opt/java/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/*; do
    if is_jdk_25 "$candidate"; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  cat >&2 <<END
dev: no JDK 25 found in JAVA_HOME (${JAVA_HOME:-not set}), on the PATH, or below /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks.
Install one, for example the package openjdk-25-jdk-headless where your release has it, or Temurin 25 from
https://adoptium.net, or with SDKMAN: sdk install java 25-tem. Set JAVA_HOME if it lies elsewhere.
END
  exit 2
}

is_jdk_25() { # HOME
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && grep -qsE '^JAVA_VERSION="25(\.|")' "$1/release"
}

jdk_on_path() {
  local javac
  javac=$(command -v javac) || return 0
  javac=$(readlink -f "$javac")
  echo "${javac%/bin/javac}"
}

need_packages() { # PACKAGE...
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    install_missing "${missing[@]}"
    return
  fi
  echo "dev: some packages are missing. On Debian or Ubuntu, as root:" >&2
  echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 2
}

# One at a time on this machine: another command of ours may be installing the same ones now.
install_missing() { # PACKAGE...
  local missing=() package
  mkdir -p "${PACKAGES_LOCK%/*}"
  exec 9>"$PACKAGES_LOCK"
  flock 9
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing ${missing[*]}; no service and no cluster will be started." >&2
    install_packages "${missing[@]}" 9>&-
  fi
  exec 9>&-
}

# A package counts as installed if what we use of it is there, however it came.
is_installed() {
  case $1 in
    postgresql) command -v pg_createcluster && compgen -G '/usr/lib/postgresql/*/bin/postgres' ;;
    maven) command -v mvn ;;
    openssh-server) [ -x /usr/sbin/sshd ] ;;
    pgbouncer) [ -x /usr/sbin/pgbouncer ] ;;
    procps) command -v pgrep ;;
    iproute2) command -v ip ;;
    util-linux) command -v nsenter && command -v unshare ;;
    bind9) [ -x /usr/sbin/named ] ;;
    bind9-dnsutils) command -v nsupdate ;;
    slapd) [ -x /usr/sbin/slapd ] ;;
    ldap-utils) command -v ldapadd ;;
    haproxy) [ -x /usr/sbin/haproxy ] ;;
    etcd-server) command -v etcd ;;
    etcd-client) command -v etcdctl ;;
    default-jre-headless) command -v java ;;
    zookeeper) [ -e /usr/share/java/zookeeper.jar ] ;;
    libfaketime) compgen -G '/usr/lib/*/faketime/libfaketime.so.1' ;;
    postgresql-*-repmgr) [ -x "/usr/lib/postgresql/$(number_in "$1")/bin/repmgr" ] ;;
    postgresql-*-auto-failover) [ -e "/usr/share/postgresql/$(number_in "$1")/extension/pgautofailover.control" ] ;;
    pg-auto-failover-cli) command -v pg_autoctl ;;
    *) command -v "$1" ;;
  esac >/dev/null
}

number_in() { tr -dc 0-9 <<<"$1"; } # PACKAGE

install_packages() {
  local before after
  restore_policy
  trap restore_policy EXIT
  before=$(enabled_units)
  if [ -e "$POLICY" ]; then mv "$POLICY" "$POLICY.matriarch"; fi
  printf '#!/bin/sh\n# Matriarch: nothing starts while packages are installed.\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
  mkdir -p "$(dirname "$NO_CLUSTER")"
  echo 'create_main_cluster = false' >"$NO_CLUSTER"
  apt_get_install "$@" || { apt-get -qq update && apt_get_install "$@"; } ||
    die "apt-get could not install $*; what it says above must be mended first. Nothing was started."
  restore_policy
  trap - EXIT
  # What we brought shall not start at the next boot either.
  after=$(enabled_units)
  comm -13 <(echo "$before") <(echo "$after") | while read -r unit; do
    systemctl disable "$unit" >/dev/null 2>&1 || true
  done
}

apt_get_install() { DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$@" >&2; }

enabled_units() {
  command -v systemctl >/dev/null || return 0
  systemctl list-unit-files --state=enabled --no-legend 2>/dev/null | awk '{ print $1 }' | LC_ALL=C sort || true
}

# Also mends what an installation left that was killed.
restore_policy() {
  if grep -qs 'Matriarch: nothing starts' "$POLICY"; then rm -f "$POLICY"; fi
  if [ -e "$POLICY.matriarch" ]; then mv "$POLICY.matriarch" "$POLICY"; fi
  rm -f "$NO_CLUSTER"
}
