# shellcheck shell=bash
# What the services have in common: files on a host, a start at each boot, an entry in lab.json. Read by src/lab/lab.

running_host() { # HOST
  known_host "$1"
  init_of "$1" >/dev/null || die "$1 is down"
}

# Standard input to a file of a host.
put() { # HOST PATH MODE OWNER
  # shellcheck disable=SC2016
  on_host "$1" bash -c 'set -e; mkdir -p "$(dirname "$1")"; cat >"$1.new"; chmod "$2" "$1.new"
    chown "$3:" "$1.new"; mv "$1.new" "$1"' put "$2" "$3" "$4"
}

# Standard input is the script that starts the service: now, and whenever the host starts.
start_service() { # HOST NAME
  local said
  put "$1" "/etc/lab/services/$2" 755 root
  said=$(on_host "$1" "/etc/lab/services/$2" 2>&1 </dev/null) || die "$2 does not start on $1: $said"
}

await_port() { # HOST PORT WHAT
  local tries=0
  until (exec 3<>"/dev/tcp/$(address "$1")/$2") 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || die "$3 on $1 does not listen on port $2 after 30 s"
    sleep 0.1
  done
}

# Standard input is a JSON object.
describe_service() { # NAME
  cat >"$DIR/services/$1.json"
  describe
}

herd_fact() { # HERD KEY
  [ -f "$DIR/herds/$1.json" ] || die "no herd $1; make it with: lab herd $1 PRIMARY STANDBY..."
  grep -oE "\"$2\":(\"[^\"]*\"|[0-9]+)" "$DIR/herds/$1.json" | head -n 1 | cut -d: -f2 | tr -d '"'
}
