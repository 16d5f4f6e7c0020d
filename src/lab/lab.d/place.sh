# shellcheck shell=bash
# Where a lab lives: its directory, its names in the kernel, its addresses. Read by src/lab/lab.

UNAVAILABLE=77 # what test tools take for "skipped"

die() {
  echo "lab: $*" >&2
  exit 1
}

unavailable() {
  echo "lab: no lab can run here: $*" >&2
  exit $UNAVAILABLE
}

# Names in the kernel come from the directory alone, so that "down" finds them whatever else was lost.
open_place() {
  DIR=$(realpath -m -- "$1")
  case $DIR in *[!A-Za-z0-9/._-]*) die "the path $DIR holds characters that mount options cannot; choose another --dir" ;; esac
  local digest
  digest=$(printf %s "$DIR" | sha256sum)
  PREFIX=ml${digest:0:6}
  HASH=$((16#${digest:6:4}))
  # shellcheck disable=SC2034
  ROUTER=$PREFIX-router
  HOSTS=$DIR/hosts
  NET=
  [ ! -f "$DIR/net" ] || read -r NET <"$DIR/net"
}

# Long-running children must not hold the lock: start them with 9>&-.
lock_place() {
  # Keys and passwords lie in it.
  (umask 077 && mkdir -p "$DIR")
  exec 9>>"$DIR/.lock"
  flock -w 300 9 || die "another command works on $DIR for five minutes already"
  # It may have chosen the addresses meanwhile, or ended in "down".
  [ -d "$DIR" ] || die "$DIR was removed meanwhile"
  [ ! -f "$DIR/net" ] || read -r NET <"$DIR/net"
}

# A lab has one of the 64 pieces of 10.77.0.0/16; NET is its number.
subnet() { echo "10.77.$((NET * 4)).0/22"; }

numbered_address() { # NUMBER
  echo "10.77.$((NET * 4 + $1 / 256)).$(($1 % 256))"
}

console_address() { numbered_address 1; }

router_address() { numbered_address 2; }

# Chooses a free piece of 10.77.0.0/16 while no other lab can: the caller holds the machine's lock.
choose_net() {
  local taken try candidate
  [ -z "$NET" ] || return 0
  taken=$(ip -4 -o route show table all; ip -4 -o addr)
  for try in {0..63}; do
    candidate=$(((HASH + try) % 64))
    if ! grep -qE "[^0-9]10\.77\.($((candidate * 4))|$((candidate * 4 + 1))|$((candidate * 4 + 2))|$((candidate * 4 + 3)))\.[0-9]" <<<" $taken"; then
      NET=$candidate
      echo "$NET" >"$DIR/net"
      return
    fi
  done
  die "all 64 pieces of 10.77.0.0/16 are in use; take another lab down"
}

# ---- hosts by name

host_names() {
  [ -d "$HOSTS" ] || return 0
  find "$HOSTS" -mindepth 2 -maxdepth 2 -name number -printf '%h\n' | sed 's|.*/||' | sort -V
}

address() { # HOST
  if [ "$1" = console ]; then
    console_address
    return
  fi
  known_host "$1"
  look_up "$1"
  echo "$ADDRESS"
}

# Sets NUMBER and ADDRESS. With a hundred hosts a subshell for each value would take longer than all the rest.
look_up() { # HOST
  read -r NUMBER <"$HOSTS/$1/number"
  ADDRESS=10.77.$((NET * 4 + NUMBER / 256)).$((NUMBER % 256))
}

known_host() { # HOST
  case $1 in */* | .* | '') die "no host can be named \"$1\"" ;; esac
  [ -f "$HOSTS/$1/number" ] || die "no host $1 in $DIR; there are: $(host_names | tr '\n' ' ')"
}

secret() { head -c 18 /dev/urandom | base64 | tr '+/' '-_'; }

# One secret per lab and purpose.
lab_secret() { # PURPOSE
  if [ ! -s "$DIR/keys/$1" ]; then (umask 077 && secret >"$DIR/keys/$1"); fi
  cat "$DIR/keys/$1"
}
