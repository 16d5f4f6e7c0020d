# shellcheck shell=bash
# What a lab consists of: lab.json for programs, a list for people. Read by src/lab/lab.

describe() {
  local name key separator=''
  # It holds passwords.
  (umask 077 && : >"$DIR/lab.json.new")
  {
    printf '{"directory":"%s","subnet":"%s","console":"%s",\n "users":["postgres","admin","root"],' \
      "$DIR" "$(subnet)" "$(console_address)"
    printf '"sshKey":"%s","knownHosts":"%s",\n "hosts":[' "$DIR/keys/id_ed25519" "$DIR/share/known_hosts"
    for name in $(host_names); do
      read -r key <"$HOSTS/$name/upper/etc/ssh/ssh_host_ed25519_key.pub"
      look_up "$name"
      printf '%s\n  {"name":"%s","address":"%s","sshPort":22,"hostKey":"%s"}' \
        "$separator" "$name" "$ADDRESS" "${key% *}"
      separator=,
    done
    printf '],\n "herds":['
    fragments herds
    printf '],\n "services":['
    fragments services
    printf ']}\n'
  } >"$DIR/lab.json.new"
  mv "$DIR/lab.json.new" "$DIR/lab.json"
}

fragments() { # DIRECTORY
  local file separator=''
  for file in "$DIR/$1"/*.json; do
    [ -f "$file" ] || continue
    printf '%s\n  %s' "$separator" "$(<"$file")"
    separator=,
  done
}

list_hosts() {
  local name state
  for name in $(host_names); do
    state=up
    init_of "$name" >/dev/null || state=down
    [ ! -e "$HOSTS/$name/frozen" ] || state=frozen
    ! partitioned "$(address "$name")" || state="$state, partitioned"
    printf '%-12s %-15s %s\n' "$name" "$(address "$name")" "$state"
  done
}

# A list of JSON strings.
json_list() { # WORD...
  local word separator=''
  for word in "$@"; do
    printf '%s"%s"' "$separator" "$word"
    separator=,
  done
}
