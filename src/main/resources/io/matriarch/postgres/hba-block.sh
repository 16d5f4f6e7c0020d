# Lets the owner of a cluster alone connect, by lines at the top of its pg_hba.conf, and takes them back. The data directory
# remembers which file that is, so that it can be taken back while no server can be asked.
hba_begins='# >>> matriarch: only its owner connects, on this host; the action Unfence takes these lines back'
hba_ends='# <<< matriarch'

# Arguments: data directory, the file, owner.
refuse_clients() {
    hba=$(readlink -f "$2") && [ -f "$hba" ] || fail "$2 is no file; nothing was changed"
    case $3 in *[\"\\]*) fail "the owner $3 cannot be written to $hba; nothing was changed" ;; esac
    { printf '%s\n' "$hba" >"$1/matriarch.hba.new" && sync "$1/matriarch.hba.new" &&
        mv -f "$1/matriarch.hba.new" "$1/matriarch.hba" && sync "$1"; } || fail "$1/matriarch.hba cannot be written; nothing was changed"
    grep -qF "$hba_ends" "$hba" && return
    # "all" names every database and no replication, so standbys receive on.
    { { printf '%s\nlocal all "%s" peer\nlocal all all reject\nhost all all all reject\n%s\n' "$hba_begins" "$3" "$hba_ends" &&
        cat "$hba"; } >"$hba.matriarch" && chmod --reference="$hba" "$hba.matriarch" && sync "$hba.matriarch" &&
        mv -f "$hba.matriarch" "$hba" && sync "${hba%/*}"; } || fail "$hba cannot be written; nothing was changed"
    [ "$(head -n 1 "$hba")" = "$hba_begins" ] || fail "what was written to $hba could not be read back"
}

# Argument: data directory. What others have changed in the file meanwhile stays.
admit_clients() {
    [ -e "$1/matriarch.hba" ] || return 0
    { IFS= read -r hba; } <"$1/matriarch.hba"
    if [ -f "$hba" ] && grep -qF "$hba_ends" "$hba"; then
        { sed '/^# >>> matriarch: /,/^# <<< matriarch$/d' "$hba" >"$hba.matriarch" && chmod --reference="$hba" "$hba.matriarch" &&
            sync "$hba.matriarch" && mv -f "$hba.matriarch" "$hba" && sync "${hba%/*}"; } || fail "$hba cannot be written: it still lets nobody in"
    fi
    { rm -f "$1/matriarch.hba" && sync "$1"; } || fail "$1/matriarch.hba cannot be removed"
}
