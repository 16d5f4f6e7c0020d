# Whether servers answer at their ports, seen from a host that may have no programs of PostgreSQL.
# Arguments: seconds for each, pairs of host and port. Prints lines: port, number, 0 or another code, what was said.
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
cd / || exit
limit=$1 n=0
shift
while [ $# -ge 2 ]; do
    n=$((n + 1))
    if command -v pg_isready >/dev/null; then
        said=$(timeout -k 1 $((limit + 2)) pg_isready -t "$limit" -h "$1" -p "$2" 2>&1)
    else
        # shellcheck disable=SC2016 # for the inner shell
        said=$(timeout -k 1 "$limit" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
    fi
    printf 'port\t%s\t%s\t%s\n' "$n" "$?" "$(printf %s "$said" | tr '\t\n' '  ' | cut -c 1-300)"
    shift 2
done
