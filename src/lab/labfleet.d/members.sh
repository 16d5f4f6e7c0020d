# shellcheck shell=bash
# The demo's hosts and herds, the same as those without a lab. Read by src/lab/labfleet.

# name, site, environment
MEMBERS='
ams-db1 ams prod
ams-db2 ams prod
fra-db1 fra prod
fra-db2 fra prod
ams-stg1 ams stage
fra-stg1 fra stage
'
SERVERS=()
while read -r name _; do
  [ -z "$name" ] || SERVERS+=("$name")
done <<<"$MEMBERS"
# herd, primary, standbys
HERDS='
orders ams-db1 ams-db2 fra-db1
billing fra-db2 ams-db2
search ams-stg1
reports fra-stg1
'

make_herds() {
  local herd members
  while read -r herd members; do
    [ -n "$herd" ] || continue
    # Made before: what an operator did to it since is theirs, and its hosts start it.
    [ ! -f "$DIR/lab/herds/$herd.json" ] || continue
    # shellcheck disable=SC2086
    lab herd "$herd" $members </dev/null
    [ "$herd" != reports ] || put_away "$members" "$herd" </dev/null
  done <<<"$HERDS"
}

# One cluster of the demo is stopped, and stays so.
put_away() { # HOST HERD
  # shellcheck disable=SC2016
  lab exec -u postgres "$1" sh -c 'sed -i s/^auto/manual/ /etc/postgresql/*/"$1"/start.conf
    kill -INT "$(head -n 1 /var/lib/postgresql/*/"$1"/postmaster.pid)"' put "$2"
}

# Where no member of "orders" is: each of them may lose its power, and clients stay. Made once: from then on its databases
# file belongs to whoever switches primaries.
POOLER_HOST=fra-db2

make_pooler() {
  [ -f "$DIR/lab/services/pgbouncer-$POOLER_HOST-orders.json" ] || lab pgbouncer "$POOLER_HOST" orders
}

# One row per second through the pooler and through nothing else; a service, so it starts with its host.
start_load() {
  lab exec "$POOLER_HOST" sh -c 'mkdir -p /etc/lab/load && cat >/etc/lab/load/load.sql' <<'END'
create table if not exists ticket (id bigint generated always as identity primary key, at timestamptz not null default now());
with gone as (delete from ticket where id < (select max(id) - 1000 from ticket))
insert into ticket default values
\watch 1
END
  install_loop "$POOLER_HOST" load "psql -Xq 'host=127.0.0.1 port=$(pooler_fact port) dbname=app user=app
    connect_timeout=3' -f /etc/lab/load/load.sql" 2
  # For the person who sends load of their own.
  # shellcheck disable=SC2016
  (umask 077 && lab exec -u postgres "$POOLER_HOST" sh -c 'grep ":app:" ~/.pgpass' >"$DIR/pgpass")
}

pooler_fact() { # KEY
  sed -n "s/.*\"$1\":\[\?\"\?\([^],\"]*\).*/\1/p" "$DIR/lab/services/pgbouncer-$POOLER_HOST-orders.json"
}

herd_port() { sed -n "s/.*{\"name\":\"$1\",\"version\":\"[0-9]*\",\"port\":\([0-9]*\),.*/\1/p" "$DIR/lab/lab.json"; } # HERD

herd_members() { # HERD
  local name
  for name in $(<"$DIR/lab/herds/$1.members"); do echo "$name $(address "$name")"; done
}

address() { sed -n "s/.*{\"name\":\"$1\",\"address\":\"\([0-9.]*\)\",.*/\1/p" "$DIR/lab/lab.json"; } # HOST

host_key() { sed -n "s/.*{\"name\":\"$1\",.*\"hostKey\":\"\([^\"]*\)\"}.*/\1/p" "$DIR/lab/lab.json"; } # HOST

write_description() {
  local name site environment separator='' herd port version console
  console=$(sed -n 's/.*"console":"\([0-9.]*\)",.*/\1/p' "$DIR/lab/lab.json")
  {
    printf '{"owner":"postgres","root":"%s","net":"%s","lab":"%s",\n "servers":[' "$DIR/lab" "${console%.1}" "$DIR/lab"
    while read -r name site environment; do
      [ -n "$name" ] || continue
      printf '%s\n  {"name":"%s","address":"%s","sshPort":22,"hostKey":"%s","environment":"%s","site":"%s"}' \
        "$separator" "$name" "$(address "$name")" "$(host_key "$name")" "$environment" "$site"
      separator=,
    done <<<"$MEMBERS"
    printf '],\n "clusters":['
    separator=
    for herd in orders billing search reports; do
      port=$(herd_port "$herd")
      version=$(sed -n "s/.*{\"name\":\"$herd\",\"version\":\"\([0-9]*\)\".*/\1/p" "$DIR/lab/lab.json")
      for name in $(<"$DIR/lab/herds/$herd.members"); do
        printf '%s\n  {"server":"%s","name":"%s","version":"%s","port":%s,"dataDirectory":"%s"}' \
          "$separator" "$name" "$herd" "$version" "$port" "/var/lib/postgresql/$version/$herd"
        separator=,
      done
    done
    printf '],\n "pooler":{"name":"orders","herd":"orders","environment":"prod","server":"%s","address":"%s","port":%s,\n' \
      "$POOLER_HOST" "$(address "$POOLER_HOST")" "$(pooler_fact port)"
    printf '  "database":"app","user":"app","socketDirectory":"%s","databasesFile":"%s"}}\n' \
      "$(pooler_fact socketDirectories)" "$(pooler_fact databasesFile)"
  } >"$DIR/fleet.json.new"
  mv "$DIR/fleet.json.new" "$DIR/fleet.json"
}
