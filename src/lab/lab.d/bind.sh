# shellcheck shell=bash
# BIND: an authoritative primary and its secondary for lab.test; updates and transfers want the lab's TSIG key.
# Read by src/lab/lab.

ZONE=lab.test
TSIG_NAME=lab-update
TSIG_ALGORITHM=hmac-sha256

make_bind() { # PRIMARY SECONDARY
  running_host "$1"
  running_host "$2"
  need_lab_packages bind9 bind9-dnsutils
  TSIG_SECRET=$(tsig_secret)
  { named_options && primary_zone "$2"; } | put "$1" /etc/lab/bind/named.conf 600 service
  { named_options && secondary_zone "$1"; } | put "$2" /etc/lab/bind/named.conf 600 service
  # The zone is the server's own once updates were sent to it.
  on_host "$1" test -e /var/lib/lab/bind/zone || zone_file "$1" "$2" | put "$1" /var/lib/lab/bind/zone 644 service
  on_host "$2" install -d -o service -g service /var/lib/lab/bind
  on_host "$1" chown service: /var/lib/lab/bind
  named_start | start_service "$1" bind
  named_start | start_service "$2" bind
  await_port "$1" 53 BIND
  await_port "$2" 53 BIND
  await_transfer "$1" "$2"
  printf 'nameserver %s\nnameserver %s\noptions timeout:1 attempts:2\n' "$(address "$1")" "$(address "$2")" \
    >"$DIR/share/resolv.conf"
  bind_facts "$1" primary | describe_service "bind-$1"
  bind_facts "$2" secondary | describe_service "bind-$2"
}

tsig_secret() {
  [ -s "$DIR/keys/tsig" ] || (umask 077 && head -c 32 /dev/urandom | base64 >"$DIR/keys/tsig")
  cat "$DIR/keys/tsig"
}

named_options() {
  cat <<END
options {
  directory "/var/lib/lab/bind";
  pid-file "/run/named/pid";
  session-keyfile none;
  managed-keys-directory "/var/lib/lab/bind";
  listen-on { any; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  notify explicit;
};
controls { };
key "$TSIG_NAME" { algorithm $TSIG_ALGORITHM; secret "$TSIG_SECRET"; };
END
}

primary_zone() { # SECONDARY
  cat <<END
zone "$ZONE" {
  type primary;
  file "zone";
  update-policy { grant $TSIG_NAME zonesub ANY; };
  allow-transfer { key "$TSIG_NAME"; };
  also-notify { $(address "$1") key "$TSIG_NAME"; };
  notify-delay 0;
};
END
}

secondary_zone() { # PRIMARY
  cat <<END
zone "$ZONE" {
  type secondary;
  file "zone";
  primaries { $(address "$1") key "$TSIG_NAME"; };
  min-refresh-time 5;
  min-retry-time 5;
  allow-transfer { key "$TSIG_NAME"; };
};
END
}

zone_file() { # PRIMARY SECONDARY
  local name
  cat <<END
\$TTL 60
@ SOA $1 hostmaster 1 10 5 86400 5
@ NS $1
@ NS $2
END
  for name in $(host_names); do echo "$name A $(address "$name")"; done
}

named_start() {
  cat <<'END'
#!/bin/bash
install -d -o service -g service /run/named
if pid=$(cat /run/named/pid 2>/dev/null) && grep -qsx named "/proc/$pid/comm"; then
  kill -HUP "$pid"
else
  rm -f /run/named/pid
  /usr/sbin/named -u service -n 1 -c /etc/lab/bind/named.conf -L /var/lib/lab/bind/log
fi
END
}

await_transfer() { # PRIMARY SECONDARY
  local tries=0
  until [ -n "$(on_host "$2" dig +short +time=1 +tries=1 "@$(address "$2")" "$1.$ZONE" A 2>/dev/null)" ]; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || die "the zone does not reach $2: $(on_host "$2" tail -n 3 /var/lib/lab/bind/log)"
    sleep 0.1
  done
}

bind_facts() { # HOST ROLE
  printf '{"kind":"bind","host":"%s","port":53,"role":"%s","zone":"%s","keyName":"%s","algorithm":"%s","secret":"%s"}\n' \
    "$1" "$2" "$ZONE" "$TSIG_NAME" "$TSIG_ALGORITHM" "$TSIG_SECRET"
}
