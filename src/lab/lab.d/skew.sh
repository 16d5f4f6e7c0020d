# shellcheck shell=bash
# Another wall clock for one host, by libfaketime: namespaces do not shift it. Read by src/lab/lab.

skew_host() { # HOST SECONDS
  local library root
  known_host "$1"
  init_of "$1" >/dev/null || die "$1 is down"
  [[ $2 =~ ^[+-]?[0-9]+$ ]] || die "skew wants whole seconds, such as 90 or -90, not \"$2\""
  need_lab_packages libfaketime
  root=/proc/$(init_of "$1")/root
  # By the environment of sessions and services, not by ld.so.preload: that would reach sshd too, which then ends every
  # session, since its sandbox forbids what the library does. Time that only runs stays as it is, or sleeps would hang.
  library=$(compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' | head -n 1)
  if [ "$2" = 0 ]; then
    : >"$root/etc/environment"
  else
    printf '%s=%s\n' LD_PRELOAD "$library" FAKETIME "$(printf '%+ds' "$2")" FAKETIME_DONT_FAKE_MONOTONIC 1 \
      >"$root/etc/environment"
  fi
  skew_clusters "$root"
}

# pg_ctlcluster clears its environment and reads one of its own, which pg_createcluster copies.
skew_clusters() { # ROOT
  local file
  for file in "$1"/etc/postgresql-common/environment "$1"/etc/postgresql/*/*/environment; do
    [ -d "$(dirname "$file")" ] || continue
    if [ -f "$file" ]; then sed -i '/^\(LD_PRELOAD\|FAKETIME.*\) = /d' "$file"; fi
    sed "s/=\(.*\)/ = '\1'/" "$1/etc/environment" >>"$file"
  done
}
