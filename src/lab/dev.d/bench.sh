# shellcheck shell=bash
# Measures what docs/benchmarks.md shows. Read by dev.

# What the switchover is compared with, for the newest PostgreSQL that is here: the lab takes that.
switchover_packages() {
  local version
  need_packages postgresql
  version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -name '[1-9][0-9]' -printf '%f\n' | sort -n | tail -n 1)
  need_packages repmgr "postgresql-$version-repmgr" patroni pg-auto-failover-cli "postgresql-$version-auto-failover" \
    etcd-server etcd-client
}

run_bench() { # [--rounds N] [PART...]
  local part rounds=11
  if [ "${1:-}" = --rounds ]; then
    rounds=${2:-}
    [[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds wants a number, not \"$rounds\""
    shift 2
  fi
  for part in "$@"; do
    [[ $part =~ ^(dispatch|lists|cell|start|switchover|herds|alarm|rebuild)$ ]] ||
      die "bench knows no part $part; its parts: dispatch, lists, cell, start, switchover, herds, alarm, rebuild"
  done
  if [ $# = 0 ] || [[ " $* " = *" switchover "* ]]; then switchover_packages; fi
  need_packages "${DEMO_PACKAGES[@]}" pdsh ansible chromium
  need_jdk
  build
  if [ $# = 0 ] || [[ " $* " = *" start "* ]]; then package_console target/console; fi
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Drounds="$rounds" -cp "$(class_path)" io.matriarch.bench.Bench \
    docs/benchmarks.md target/bench target/console/matriarch "$@"
}
