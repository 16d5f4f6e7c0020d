# What pg_controldata says of a stopped server, one fact a line, "control" before each; nothing if it cannot be asked.
# Arguments: data directory, directory of programs or ''.
control() {
    major=''
    { read -r major <"$1/PG_VERSION"; } 2>/dev/null
    for directory in "$2" "/usr/lib/postgresql/$major/bin" "/usr/pgsql-$major/bin"; do
        [ -n "$directory" ] && [ -x "$directory/pg_controldata" ] && break
        directory=''
    done
    "$directory/pg_controldata" -D "$1" |
        grep -E "^(Database system identifier|Database cluster state|Latest checkpoint location|Latest checkpoint's TimeLineID):" |
        sed 's/^/control /'
}
