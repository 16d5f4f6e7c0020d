# The file with the databases of the pooler, replaced in one instant or not at all.
# $file is the file, $next what is to take its place, $before what it replaced for this run. Processes
# that share a port may share the file: each has its own $next, with the same content, and all one $before.

find_file() {
    file=$1
    if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
    [ -f "$file" ] || fail 87 "there is no file $1; nothing was done"
    directory=${file%/*}
    next=$file.$name.$run.next before=$file.$run.before
}

# Reads standard input up to the line that Java puts at its end: a connection that breaks off must
# not leave half a file.
write_next() {
    content='' complete=''
    while IFS= read -r line; do
        if [ "$line" = "$mark" ]; then complete=yes; break; fi
        content=$content$line$nl
    done
    [ -n "$complete" ] || fail 89 "the new content of $file did not arrive whole; nothing was changed"
    # A new file has mode 0600 by our umask.
    if [ -e "$next" ]; then rm -f "$next"; fi
    { printf '%s' "$content" >"$next"; } 2>/dev/null ||
        fail 87 "$next cannot be written; nothing was changed"
    [ -O "$file" ] || chown --reference="$file" "$next" 2>/dev/null ||
        fail 87 "$file belongs to somebody else than $owner; nothing was changed"
    sync "$next" || fail 87 "$next did not reach the disk; nothing was changed"
    keep_before
}

keep_before() {
    [ -e "$before" ] || ln "$file" "$before" 2>/dev/null || [ -e "$before" ] ||
        fail 87 "$before cannot be made; nothing was changed"
}

# False: it has been done before.
swap() {
    [ -e "$next" ] || return 1
    keep_before
    mv -f "$next" "$file" || fail 87 "$file cannot be replaced; nothing was changed"
    sync "$directory" &
    syncing=$!
}

synced() { [ -z "$syncing" ] || wait "$syncing"; }
syncing=''
