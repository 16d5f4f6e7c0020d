# Puts back what this run replaced, and forgets what it had staged.
# Argument: the file.
lock
find_file "$1"
rm -f "$next"
[ -e "$before" ] || { echo unchanged; exit 0; }
# shellcheck disable=SC3013 # every sh on Linux has it, and POSIX since 2024
if [ "$before" -ef "$file" ]; then
    rm -f "$before"
    echo unchanged
    exit 0
fi
find_client
connect
{ mv -f "$before" "$file" && sync "$directory"; } || fail 87 "$file cannot be put back from $before; do so by hand"
row() { :; }
{ tell RELOAD && databases; } || unreachable "$file is as it was; RELOAD the pooler"
echo 'put back'
disconnect
