# shellcheck shell=bash
# Measures what docs/benchmarks.md shows. Read by dev.

run_bench() { # [PART...]
  local part
  for part in "$@"; do
    [[ $part =~ ^(dispatch|lists|cell|start)$ ]] || die "bench knows no part $part; its parts: dispatch, lists, cell, start"
  done
  need_packages "${DEMO_PACKAGES[@]}" pdsh ansible chromium
  need_jdk
  build
  if [ $# = 0 ] || [[ " $* " = *" start "* ]]; then package_console target/console; fi
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp "$(class_path)" io.matriarch.bench.Bench \
    docs/benchmarks.md target/bench target/console/matriarch "$@"
}
