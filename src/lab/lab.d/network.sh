# shellcheck shell=bash
# The lab's network: a router in a namespace of its own, and a wire from it to each host and to this machine.
# Read by src/lab/lab.
#
# A router, not a bridge: on one segment a silent host becomes "no route to host" after three seconds of unanswered ARP,
# which a time limit would never see. The router stays, so that whatever it drops is lost in silence for ever.

ROUTER_MAC=02:4d:ff:00:00:02

in_router() { ip -n "$ROUTER" "$@"; }

make_router() {
  if [ -e "/run/netns/$ROUTER" ] && [ -e "/sys/class/net/$PREFIX" ] && [ -n "$NET" ]; then return; fi
  # Another lab may choose its addresses in this very moment.
  exec 8>>/run/lock/matriarch-lab.lock
  flock -w 60 8 || die "another lab chooses its addresses since a minute"
  ip link del "$PREFIX" 2>/dev/null || true
  ip netns del "$ROUTER" 2>/dev/null || true
  if [ -n "$NET" ] && [ -n "$(ip -4 route show "$(subnet)")" ]; then
    die "$(subnet), the addresses of this lab, are in use by something else now; take the lab down and make it anew"
  fi
  choose_net
  ip -batch - <<END
netns add $ROUTER
link add $PREFIX type veth peer name console netns $ROUTER address $ROUTER_MAC
addr add $(console_address)/32 dev $PREFIX
link set $PREFIX up
END
  echo 1 >"/proc/sys/net/ipv6/conf/$PREFIX/disable_ipv6" 2>/dev/null || true
  ip -batch - <<END
neigh replace $(router_address) lladdr $ROUTER_MAC dev $PREFIX nud permanent
route add $(subnet) via $(router_address) dev $PREFIX src $(console_address) onlink
END
  exec 8>&-
  nsenter --net="/run/netns/$ROUTER" bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
    echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null || true
  # Where no host is, packets vanish as they do for a host without power.
  in_router -batch - <<END
link set lo up
addr add $(router_address)/32 dev lo
link set console up
route add $(console_address)/32 dev console
neigh replace $(console_address) lladdr $(<"/sys/class/net/$PREFIX/address") dev console nud permanent
route add blackhole $(subnet)
END
}

# For hosts that are down: a fresh namespace each, since a computer that lost its power forgot its connections.
make_wires() { # HOST...
  local name mac
  [ $# -gt 0 ] || return 0
  for name in "$@"; do
    [ ! -e "/run/netns/$PREFIX-$name" ] || ip netns del "$PREFIX-$name"
  done
  for name in "$@"; do
    look_up "$name"
    host_mac mac
    echo "netns add $PREFIX-$name"
    echo "link add v$NUMBER netns $ROUTER address $ROUTER_MAC type veth" \
      "peer name eth0 netns $PREFIX-$name address $mac"
  done | ip -batch -
  for name in "$@"; do
    look_up "$name"
    host_mac mac
    echo "link set v$NUMBER up"
    echo "route add $ADDRESS/32 dev v$NUMBER"
    echo "neigh replace $ADDRESS lladdr $mac dev v$NUMBER nud permanent"
  done | in_router -batch -
}

host_mac() { printf -v "$1" '02:4d:00:00:%02x:%02x' $((NUMBER / 256)) $((NUMBER % 256)); } # VARIABLE

pull_cable() { # HOST
  look_up "$1"
  in_router link del "v$NUMBER" 2>/dev/null || true
}

# ---- rules of the router, which stay over a host's restart

drop() { in_router rule add "$@" blackhole 2>/dev/null || [ -n "$(in_router rule list "$@")" ]; }

pass() { while in_router rule del "$@" blackhole 2>/dev/null; do :; done; }

partition_host() {
  drop pref 50 from "$(address "$1")"
  drop pref 51 to "$(address "$1")"
}

heal_host() {
  pass pref 50 from "$(address "$1")"
  pass pref 51 to "$(address "$1")"
}

cut_wire() { # A B [--one-way]
  case ${3:-} in '' | --one-way) ;; *) die "cut knows no option $3" ;; esac
  between "$1" "$2" drop
  [ -n "${3:-}" ] || between "$2" "$1" drop
}

mend_wire() { # A B
  between "$1" "$2" pass
  between "$2" "$1" pass
}

between() { # FROM,... TO,... FUNCTION
  local from to from_address to_address
  for from in ${1//,/ }; do
    from_address=$(address "$from")
    for to in ${2//,/ }; do
      to_address=$(address "$to")
      "$3" pref 60 from "$from_address" to "$to_address"
    done
  done
}

partitioned() { # ADDRESS
  [ -n "${RULES:-}" ] || RULES=$(in_router rule list 2>/dev/null || true)
  [[ $RULES == *"50:"*"from $1 blackhole"* ]]
}
