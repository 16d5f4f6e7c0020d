# shellcheck shell=bash
# etcd and ZooKeeper. Read by src/lab/lab.

make_etcd() { # HOST...
  local host members=''
  for host in "$@"; do
    running_host "$host"
    members=$members${members:+,}$host=http://$(address "$host"):2380
  done
  need_lab_packages etcd-server etcd-client
  for host in "$@"; do
    on_host "$host" install -d -m 700 -o service -g service /var/lib/lab/etcd
    etcd_start "$host" "$members" | start_service "$host" etcd
  done
  for host in "$@"; do await_etcd "$host"; done
  for host in "$@"; do
    describe_service "etcd-$host" <<END
{"kind":"etcd","host":"$host","port":2379,"url":"http://$(address "$host"):2379","members":[$(json_list "$@")]}
END
  done
}

etcd_start() { # HOST MEMBERS
  local address
  address=$(address "$1")
  cat <<END
#!/bin/bash
if pid=\$(cat /run/etcd.pid 2>/dev/null) && grep -qsx etcd "/proc/\$pid/comm"; then exit 0; fi
setsid setpriv --reuid=service --regid=service --init-groups /usr/bin/etcd --name $1 --data-dir /var/lib/lab/etcd/data \\
  --listen-client-urls http://0.0.0.0:2379 --advertise-client-urls http://$address:2379 \\
  --listen-peer-urls http://0.0.0.0:2380 --initial-advertise-peer-urls http://$address:2380 \\
  --initial-cluster $2 --initial-cluster-token lab --initial-cluster-state new \\
  </dev/null >/var/log/etcd.log 2>&1 &
echo \$! >/run/etcd.pid
END
}

await_etcd() { # HOST
  local tries=0
  until on_host "$1" env ETCDCTL_API=3 etcdctl --dial-timeout=1s endpoint health >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || die "etcd on $1 is not healthy: $(on_host "$1" tail -n 3 /var/log/etcd.log)"
    sleep 0.2
  done
}

make_zookeeper() { # HOST
  running_host "$1"
  need_lab_packages default-jre-headless zookeeper
  on_host "$1" install -d -m 700 -o service -g service /var/lib/lab/zookeeper
  put "$1" /etc/lab/zookeeper/zoo.cfg 644 root <<'END'
dataDir=/var/lib/lab/zookeeper
clientPort=2181
tickTime=500
admin.enableServer=false
4lw.commands.whitelist=ruok,stat
END
  zookeeper_start | start_service "$1" zookeeper
  await_port "$1" 2181 ZooKeeper
  describe_service "zookeeper-$1" <<END
{"kind":"zookeeper","host":"$1","port":2181}
END
}

# The alternatives of /etc may be older than the package.
zookeeper_start() {
  cat <<END
#!/bin/bash
if pid=\$(cat /run/zookeeper.pid 2>/dev/null) && grep -qsx java "/proc/\$pid/comm"; then exit 0; fi
setsid setpriv --reuid=service --regid=service --init-groups $(readlink -f "$(command -v java)") -Xmx64m -XX:+UseSerialGC \\
  -XX:TieredStopAtLevel=1 -cp '/usr/share/java/zookeeper.jar' org.apache.zookeeper.server.quorum.QuorumPeerMain \\
  /etc/lab/zookeeper/zoo.cfg </dev/null >/var/log/zookeeper.log 2>&1 &
echo \$! >/run/zookeeper.pid
END
}
