package io.matriarch.testing;

import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import io.matriarch.hook.HookFiles;
import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.CommandProfile;
import io.matriarch.inventory.Commits;
import io.matriarch.inventory.DnsRecord;
import io.matriarch.inventory.DnsSeen;
import io.matriarch.inventory.Environment;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Herd;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.inventory.Lsn;
import io.matriarch.inventory.Pooler;
import io.matriarch.inventory.PoolerSeen;
import io.matriarch.inventory.Position;
import io.matriarch.inventory.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a herd for a pure test: {@code TestFleet.herd("orders").primary("db1").standby("db2")}.
 */
public final class TestFleet {

  public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final long HERD = 1;

  private final String name;
  private final List<Server> servers = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();
  private final List<Pooler> poolers = new ArrayList<>();
  private final List<DnsRecord> dnsRecords = new ArrayList<>();
  private HookFiles hooks = HookFiles.NONE;
  private @Nullable Long home;
  private Commits commits = Commits.UNKNOWN;
  private UnaryOperator<Server> serverChange = UnaryOperator.identity();

  private TestFleet(String name) {
    this.name = name;
  }

  public static TestFleet herd(String name) {
    return new TestFleet(name);
  }

  public TestFleet primary(String server) {
    return member(server, Instance.Role.PRIMARY, new InstanceState.Primary(3, new Lsn(1000), NOW));
  }

  /** A standby of the first member. */
  public TestFleet standby(String server) {
    return member(
        server,
        Instance.Role.STANDBY,
        new InstanceState.Standby(3, new Lsn(900), new Lsn(900), NOW));
  }

  public TestFleet stopped(String server, Instance.Role role) {
    return member(server, role, new InstanceState.Stopped("shut down", NOW));
  }

  public TestFleet unreachable(String server, Instance.Role role) {
    return member(server, role, new InstanceState.Unreachable("no route to host", NOW));
  }

  /** A record of DNS that leads to the herd's primary. */
  public TestFleet dnsRecord(RecordName record, DnsSeen seen) {
    dnsRecords.add(
        new DnsRecord(
            dnsRecords.size() + 1L,
            HERD,
            record,
            30,
            new NameServer("192.0.2.53", 53),
            "update",
            "hmac-sha256",
            List.of(),
            seen));
    return this;
  }

  /** The member that was primary before the herd was moved to another site. */
  public TestFleet home(long member) {
    home = member;
    return this;
  }

  /**
   * What commits wait for, and who receives them.
   *
   * @param receivers ids of members, which call themselves as their servers
   */
  public TestFleet commits(String names, Long... receivers) {
    commits =
        new Commits(
            names,
            Stream.of(receivers)
                .map(id -> new Commits.Receiver(servers.get((int) (id - 1)).name(), id))
                .toList(),
            NOW.minusSeconds(5));
    return this;
  }

  /** The scripts on the console's host. */
  public TestFleet hooks(HookFiles files) {
    hooks = files;
    return this;
  }

  /** A pooler of the herd on the server of the first member. */
  public TestFleet pooler(String pooler) {
    poolers.add(
        new Pooler(
            poolers.size() + 1L,
            HERD,
            1,
            pooler,
            "/run/pgbouncer",
            6432,
            "pgbouncer",
            "postgres",
            "/etc/pgbouncer/databases.ini",
            "app = host={{.Host}} port={{.Port}}",
            List.of("app"),
            PoolerSeen.NEVER));
    return this;
  }

  /** What the pooler that was added last was seen to do. */
  public TestFleet seen(PoolerSeen seen) {
    Pooler p = poolers.removeLast();
    poolers.add(
        new Pooler(
            p.id(),
            p.herdId(),
            p.serverId(),
            p.name(),
            p.socketDirectory(),
            p.port(),
            p.adminUser(),
            p.owner(),
            p.databasesFile(),
            p.template(),
            p.databases(),
            seen));
    return this;
  }

  /** Changes the servers of the members that follow. */
  public TestFleet onServers(UnaryOperator<Server> change) {
    serverChange = change;
    return this;
  }

  /** Changes the member that was added last. */
  public TestFleet but(UnaryOperator<Instance> change) {
    instances.add(change.apply(instances.removeLast()));
    return this;
  }

  private TestFleet member(String server, Instance.Role role, InstanceState state) {
    long id = instances.size() + 1L;
    servers.add(
        serverChange.apply(
            new Server(
                id,
                server,
                Server.Kind.SSH,
                null,
                "ams",
                server + ".example",
                22,
                "postgres",
                List.of("ssh-ed25519 AAAA"),
                List.of("sudo", "-n", "-u", "{owner}"),
                "other",
                "debian",
                null)));
    Long upstream = role == Instance.Role.STANDBY && id > 1 ? 1L : null;
    instances.add(instance(id, role, state, upstream));
    return this;
  }

  private static Instance instance(
      long id, Instance.Role role, InstanceState state, @Nullable Long upstream) {
    return new Instance(
        id,
        id,
        HERD,
        "/srv/pg/17/main",
        5432,
        "/var/run/postgresql",
        "/usr/lib/postgresql/17/bin",
        "/etc/postgresql/17/main/postgresql.conf",
        "postgres",
        "17/main",
        "postgresql@17-main.service",
        170_002,
        role,
        state,
        upstream,
        12,
        null,
        false,
        null,
        null,
        null,
        null,
        Candidacy.NEUTRAL,
        toldBy(state),
        false,
        NOW);
  }

  private static Position toldBy(InstanceState state) {
    return switch (state) {
      case InstanceState.Primary p -> new Position(p.timeline(), p.written(), p.observedAt());
      case InstanceState.Standby s -> new Position(s.timeline(), s.received(), s.observedAt());
      case InstanceState.Stopped s -> Position.UNKNOWN;
      case InstanceState.Unreachable u -> Position.UNKNOWN;
    };
  }

  /** An instance that differs from another one in some of its facts. */
  private static final class Draft {
    private final Instance from;
    private String dataDirectory;
    private @Nullable String owner;
    private @Nullable String cluster;
    private @Nullable Long upstream;
    private @Nullable String manager;
    private boolean copy;
    private @Nullable Boolean standbySignal;
    private @Nullable Long lagBytes;
    private @Nullable Instant startedAt;
    private Candidacy candidacy;
    private Position lastTold;
    private boolean fenced;

    Draft(Instance from) {
      this.from = from;
      dataDirectory = from.dataDirectory();
      owner = from.owner();
      cluster = from.debianCluster();
      upstream = from.upstreamId();
      manager = from.manager();
      copy = from.copy();
      standbySignal = from.standbySignal();
      lagBytes = from.lagBytes();
      startedAt = from.startedAt();
      candidacy = from.candidacy();
      lastTold = from.lastTold();
      fenced = from.fenced();
    }

    Instance made() {
      return new Instance(
          from.id(),
          from.serverId(),
          from.herdId(),
          dataDirectory,
          from.port(),
          from.socketDirectory(),
          from.binDirectory(),
          from.configFile(),
          owner,
          cluster,
          from.unit(),
          from.versionNum(),
          from.role(),
          from.state(),
          upstream,
          from.connections(),
          manager,
          copy,
          standbySignal,
          lagBytes,
          from.sizeBytes(),
          startedAt,
          candidacy,
          lastTold,
          fenced,
          from.seenAt());
    }
  }

  private static Instance with(Instance from, Consumer<Draft> change) {
    Draft draft = new Draft(from);
    change.accept(draft);
    return draft.made();
  }

  /** The same instance as another manager's. */
  /** The same server at that site. */
  public static Server at(Server s, String site) {
    return new Server(
        s.id(),
        s.name(),
        s.kind(),
        s.environmentId(),
        site,
        s.address(),
        s.sshPort(),
        s.sshUser(),
        s.hostKeys(),
        s.become(),
        s.init(),
        s.osFamily(),
        s.profileId());
  }

  public static Instance managed(Instance i, String manager) {
    return with(i, d -> d.manager = manager);
  }

  /** The same instance, which had come so far when it last told. */
  public static Instance lastTold(Instance i, int timeline, long lsn) {
    return with(i, d -> d.lastTold = new Position(timeline, new Lsn(lsn), NOW.minusSeconds(3)));
  }

  public static Instance fenced(Instance i) {
    return with(i, d -> d.fenced = true);
  }

  public static Instance recordedCopy(Instance i) {
    return with(i, d -> d.copy = true);
  }

  public static Instance ownedBy(Instance i, String owner) {
    return with(i, d -> d.owner = owner);
  }

  public static Instance standbyOf(Instance i, long upstream) {
    return with(i, d -> d.upstream = upstream);
  }

  /** The same instance with a standby.signal in its directory. */
  public static Instance signalled(Instance i) {
    return with(i, d -> d.standbySignal = true);
  }

  /** The same instance as people wish it to be chosen, lagging and started like this. */
  public static Instance standing(
      Instance i, Candidacy candidacy, @Nullable Long lagBytes, @Nullable Instant startedAt) {
    return with(
        i,
        d -> {
          d.candidacy = candidacy;
          d.lagBytes = lagBytes;
          d.startedAt = startedAt;
        });
  }

  /** The same instance without Debian's cluster tools. */
  public static Instance plain(Instance i, String dataDirectory) {
    return with(
        i,
        d -> {
          d.cluster = null;
          d.dataDirectory = dataDirectory;
        });
  }

  public Fleet build() {
    return Fleet.of(
        NOW,
        List.of(new Environment(1, "prod")),
        servers,
        List.of(
            new Herd(
                HERD,
                name,
                1L,
                "7300000000000000001",
                1,
                null,
                List.of(),
                home,
                Herd.USUAL_PRIORITY,
                commits)),
        instances,
        profiles(),
        poolers,
        dnsRecords,
        hooks);
  }

  private static List<CommandProfile> profiles() {
    return List.of(
        new CommandProfile(
            1,
            "debian",
            List.of("pg_ctlcluster", "{major}", "{cluster}", "start"),
            List.of("pg_ctlcluster", "{major}", "{cluster}", "stop", "-m", "{mode}"),
            List.of("pg_ctlcluster", "{major}", "{cluster}", "reload"),
            true),
        new CommandProfile(
            2,
            "pg_ctl",
            List.of("{bin}/pg_ctl", "-D", "{data}", "start"),
            List.of("{bin}/pg_ctl", "-D", "{data}", "-m", "{mode}", "stop"),
            List.of("{bin}/pg_ctl", "-D", "{data}", "reload"),
            true),
        new CommandProfile(
            3,
            "systemd",
            List.of("systemctl", "start", "{unit}"),
            List.of("systemctl", "stop", "{unit}"),
            List.of("systemctl", "reload", "{unit}"),
            false));
  }
}
