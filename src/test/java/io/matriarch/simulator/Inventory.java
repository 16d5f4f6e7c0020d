package io.matriarch.simulator;

import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.hook.HookFiles;
import io.matriarch.inventory.CommandProfile;
import io.matriarch.inventory.Commits;
import io.matriarch.inventory.DnsRecord;
import io.matriarch.inventory.DnsSeen;
import io.matriarch.inventory.Environment;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.InstanceState;
import io.matriarch.inventory.Lsn;
import io.matriarch.inventory.PoolerSeen;
import io.matriarch.inventory.Position;
import io.matriarch.inventory.Server;
import io.matriarch.job.Terms.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What was last seen of the members; as old as it is in the real inventory. */
final class Inventory {

  private record Row(
      io.matriarch.inventory.Instance.Role role,
      InstanceState state,
      @Nullable Long upstream,
      Position lastTold) {}

  private final Herd herd;
  private final List<Machine> machines;
  private final List<Pooler> poolers;
  private final Schedule schedule;
  private final SimulatedDns.Zone zone;
  private final Features features;
  private final Map<Long, Row> rows = new TreeMap<>();
  private final Set<Long> fenced = new TreeSet<>();

  /** Planted: the last of the names is not known. */
  boolean forgetful;

  private final Map<Long, Told> told = new TreeMap<>();

  Inventory(
      Herd herd,
      List<Machine> machines,
      List<Pooler> poolers,
      Schedule schedule,
      SimulatedDns.Zone zone,
      Features features) {
    this.herd = herd;
    this.machines = machines;
    this.poolers = poolers;
    this.schedule = schedule;
    this.zone = zone;
    this.features = features;
  }

  /** A look at an instance, from wherever its host can be reached. */
  void see(Instance instance) {
    Row before = rows.get(instance.id);
    io.matriarch.inventory.Instance.Role role =
        before == null ? io.matriarch.inventory.Instance.Role.UNKNOWN : before.role();
    Long upstream = before == null ? null : before.upstream();
    Position told = before == null ? Position.UNKNOWN : before.lastTold();
    Instant now = Facts.EPOCH.plusNanos(schedule.now() * 1000);
    if (!instance.isRunning()) {
      rows.put(
          instance.id,
          new Row(role, new InstanceState.Stopped(instance.control, now), upstream, told));
    } else if (instance.inRecovery) {
      Instance above = herd.at(instance.upstream.host());
      Lsn replayed = new Lsn(instance.wal.end(instance.replayed));
      Lsn received = new Lsn(instance.wal.end(instance.wal.size()));
      rows.put(
          instance.id,
          new Row(
              io.matriarch.inventory.Instance.Role.STANDBY,
              new InstanceState.Standby(instance.timeline, received, replayed, now),
              above == null ? null : above.id,
              new Position(instance.timeline, received, now)));
    } else {
      hearNames(instance);
      Lsn written = new Lsn(instance.wal.end(instance.wal.size()));
      rows.put(
          instance.id,
          new Row(
              io.matriarch.inventory.Instance.Role.PRIMARY,
              new InstanceState.Primary(instance.timeline, written, now),
              null,
              new Position(instance.timeline, written, now)));
    }
  }

  void fenced(long instance) {
    fenced.add(instance);
  }

  void missed(Instance instance) {
    Row before = rows.get(instance.id);
    if (before != null) {
      InstanceState away = new InstanceState.Unreachable("no answer", before.state().observedAt());
      rows.put(instance.id, new Row(before.role(), away, before.upstream(), before.lastTold()));
    }
  }

  /** What the database would say of a primary that may be lost. */
  Known known(long instance, int published) {
    Position told = Objects.requireNonNull(rows.get(instance)).lastTold();
    int timeline = told.timeline() == null ? published : Math.max(published, told.timeline());
    return new Known(
        timeline, told.lsn() == null ? null : told.lsn().toString(), told.observedAt());
  }

  /** What commits wait for on whoever was seen as the primary last. */
  private Commits commits() {
    return herd.instances.stream()
        .filter(
            i ->
                Optional.ofNullable(rows.get(i.id))
                    .filter(r -> r.role() == io.matriarch.inventory.Instance.Role.PRIMARY)
                    .isPresent())
        .findFirst()
        .map(i -> commits(i.id))
        .orElse(Commits.UNKNOWN);
  }

  /** A report from before somebody set it is not believed. */
  Commits commits(long primary) {
    Told last = told.get(primary);
    return last == null || last.at() < herd.member(primary).namesSetAt()
        ? Commits.UNKNOWN
        : new Commits(last.names(), last.receivers(), Facts.EPOCH.plusNanos(last.at() * 1000));
  }

  private record Told(String names, List<Commits.Receiver> receivers, long at) {}

  private void hearNames(Instance primary) {
    List<Commits.Receiver> receivers =
        herd.instances.stream()
            .filter(s -> s.from == primary)
            .map(s -> new Commits.Receiver(s.machine.name, s.id))
            .toList();
    String names = primary.synchronousNames();
    if (forgetful) {
      names = names.replaceFirst(", [^,]+\\)", ")");
    }
    told.put(primary.id, new Told(names, receivers, schedule.now()));
  }

  Fleet fleet() {
    List<Server> servers = machines.stream().map(Inventory::server).toList();
    List<io.matriarch.inventory.Instance> instances = new ArrayList<>();
    herd.instances.forEach(i -> instances.add(instance(i)));
    return Fleet.of(
        Facts.EPOCH.plusNanos(schedule.now() * 1000),
        List.of(new Environment(1, "prod")),
        servers,
        List.of(
            new io.matriarch.inventory.Herd(
                Herd.ID, "orders", 1L, Herd.IDENTIFIER, 1, null, List.of(), null, 100, commits())),
        instances,
        List.of(
            new CommandProfile(
                1,
                "debian",
                List.of("pg_ctlcluster", "{major}", "{cluster}", "start"),
                List.of("pg_ctlcluster", "{major}", "{cluster}", "stop", "-m", "{mode}"),
                List.of("pg_ctlcluster", "{major}", "{cluster}", "reload"),
                true)),
        poolers.stream().map(this::pooler).toList(),
        records(),
        features.scripts() ? SimulatedHooks.FILES : HookFiles.NONE);
  }

  /** As the probes of the name servers have seen them a moment ago. */
  List<DnsRecord> records() {
    Instant now = Facts.EPOCH.plusNanos(schedule.now() * 1000);
    return LongStream.rangeClosed(1, features.records())
        .mapToObj(
            id -> {
              RecordName name =
                  new RecordName(
                      "example.org", SimulatedDns.value("orders" + id), RecordType.CNAME);
              List<String> values = List.of(zone.primary.getOrDefault(name.name(), ""));
              return new DnsRecord(
                  id,
                  Herd.ID,
                  name,
                  5,
                  NameServer.parse(SimulatedDns.PRIMARY),
                  "key",
                  "hmac-sha256",
                  List.of(NameServer.parse(SimulatedDns.SECONDARY)),
                  new DnsSeen("right", now, now, null, values, 5, List.of(), List.of()));
            })
        .toList();
  }

  private static Server server(Machine machine) {
    return new Server(
        machine.id,
        machine.name,
        Server.Kind.SSH,
        1L,
        "ams",
        machine.name,
        22,
        "postgres",
        List.of("ssh-ed25519 AAAA"),
        List.of("sudo", "-n", "-u", "{owner}"),
        "other",
        "debian",
        null);
  }

  private io.matriarch.inventory.Instance instance(Instance model) {
    Row row = rows.get(model.id);
    if (row == null) {
      throw new IllegalStateException("nobody has looked at " + model);
    }
    return new io.matriarch.inventory.Instance(
        model.id,
        model.machine.id,
        Herd.ID,
        "/srv/pg/17/orders",
        5432,
        "/var/run/postgresql",
        "/usr/lib/postgresql/17/bin",
        "/etc/postgresql/17/orders/postgresql.conf",
        "postgres",
        "17/orders",
        null,
        170_002,
        row.role(),
        row.state(),
        row.upstream(),
        1,
        null,
        false,
        null,
        0L,
        null,
        null,
        io.matriarch.inventory.Candidacy.NEUTRAL,
        row.lastTold(),
        fenced.contains(model.id),
        row.state().observedAt());
  }

  private io.matriarch.inventory.Pooler pooler(Pooler model) {
    Instant now = Facts.EPOCH.plusNanos(schedule.now() * 1000);
    PoolerSeen seen =
        new PoolerSeen(
            now,
            now,
            null,
            List.of(model.target + ":5432"),
            null,
            List.of(),
            false,
            4,
            "transaction",
            Duration.ofSeconds(120));
    return new io.matriarch.inventory.Pooler(
        model.id,
        Herd.ID,
        model.machine.id,
        "app-" + model.id,
        "/run/pgbouncer",
        6432,
        "pgbouncer",
        "postgres",
        "/etc/pgbouncer/databases.ini",
        "[databases]\napp = host={{.Host}} port={{.Port}}\n",
        List.of("app"),
        seen);
  }
}
