# shellcheck shell=bash
# Runs seeds of the simulator; docs/simulator.md says what it is. Read by dev.

run_sim() { # [--seeds N] [--from SEED] | --seed SEED
  [ $(($# % 2)) = 0 ] || die "sim takes options with a number each: --seeds N, --from SEED or --seed SEED"
  local word
  for word in "$@"; do
    [[ $word =~ ^(--seeds|--from|--seed|[0-9]{1,18})$ ]] || die "sim knows no $word; it takes --seeds N, --from SEED or --seed SEED"
  done
  need_jdk
  build
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$(class_path)" io.matriarch.simulator.Simulator "$@"
}
