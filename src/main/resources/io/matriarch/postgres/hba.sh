# Arguments: data directory, "refuse" or "admit", and for "refuse": the file pg_hba.conf, owner of the cluster.
data=$1 verb=$2
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
umask 077
cd / || exit
fail() { echo "matriarch-hba: $1" >&2; exit 99; }

[ -s "$data/PG_VERSION" ] || fail "no PG_VERSION can be read in $data"
case $verb in
    refuse)
        { read -r _; read -r _; read -r _; read -r _; IFS= read -r sockets; } 2>/dev/null <"$data/postmaster.pid"
        [ -n "$sockets" ] || fail "it listens at no Unix-domain socket, so its owner could not connect any more either; nothing was changed"
        refuse_clients "$data" "$3" "$4"
        ;;
    admit) admit_clients "$data" ;;
    *) fail "no such verb: $verb" ;;
esac
echo "done $verb"
