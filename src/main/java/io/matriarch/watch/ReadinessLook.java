package io.matriarch.watch;

import static io.matriarch.watch.Hosts.cluster;
import static io.matriarch.watch.Hosts.output;
import static io.matriarch.watch.Hosts.port;
import static io.matriarch.watch.Hosts.together;

import io.matriarch.check.ReadinessChecks.Entry;
import io.matriarch.check.ReadinessChecks.Gate;
import io.matriarch.check.ReadinessChecks.Login;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.check.ReadinessChecks.Way;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Pooler;
import io.matriarch.inventory.Server;
import io.matriarch.pool.Backend;
import io.matriarch.pool.PgBouncer;
import io.matriarch.pool.PoolCommands;
import io.matriarch.pool.SignIns;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReplicationSql;
import io.matriarch.postgres.Sql;
import io.matriarch.postgres.TryReach;
import io.matriarch.postgres.TryReplication;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.ShellUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Asks the members of one herd over SSH, all at once; each command has a time limit. */
@Component
class ReadinessLook {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration QUICK = Duration.ofSeconds(8);
  private static final String NOT_REACHED = "not reached: ";

  private final Hosts hosts;
  private final Clock clock;

  ReadinessLook(Hosts hosts, Clock clock) {
    this.hosts = hosts;
    this.clock = clock;
  }

  /** What each says of itself, by its id. */
  Map<Long, Member> members(List<Instance> instances, Fleet fleet, Duration patience)
      throws InterruptedException {
    Map<Long, Member> seen = new ConcurrentHashMap<>();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (Instance each : instances) {
      calls.add(
          () -> {
            seen.put(each.id(), member(each, fleet, patience));
            return true;
          });
    }
    together(calls);
    return seen;
  }

  private Member member(Instance instance, Fleet fleet, Duration patience)
      throws InterruptedException {
    Server server = fleet.serverOf(instance);
    try {
      CommandResult result =
          run(
              server,
              cluster(instance, server),
              ReadinessFacts.command(cluster(instance, server), patience));
      return ReadinessFacts.read(output(result))
          .map(f -> new Member(server.name(), f, "", instance.manager(), clock.instant()))
          .orElseGet(() -> unasked(instance, server, "it did not answer: " + said(result)));
    } catch (ShellUnavailable e) {
      return unasked(instance, server, NOT_REACHED + e.getMessage());
    }
  }

  private Member unasked(Instance instance, Server server, String trouble) {
    return new Member(server.name(), null, trouble, instance.manager(), clock.instant());
  }

  /**
   * Connects as WAL receivers would after a switch to the candidate, and as the candidate does now.
   * Empty if the candidate does not say how it connects.
   */
  List<Way> ways(Instance primary, Instance candidate, List<Instance> others, Fleet fleet)
      throws InterruptedException {
    Server there = fleet.serverOf(candidate);
    Server here = fleet.serverOf(primary);
    Conninfo now = receiver(candidate, fleet).orElse(null);
    if (now == null) {
      return List.of();
    }
    Conninfo back = now.to(there.address(), Objects.requireNonNullElse(candidate.port(), 5432));
    Map<String, Way> found = new ConcurrentHashMap<>();
    List<Callable<Boolean>> calls = new ArrayList<>();
    calls.add(() -> found.put("1", way(candidate, there, here, now)) == null);
    calls.add(() -> found.put("2", way(primary, here, there, back)) == null);
    for (Instance other : others) {
      calls.add(
          () ->
              found.put("other " + other.id(), way(other, fleet.serverOf(other), there, back))
                  == null);
    }
    together(calls);
    return List.copyOf(found.values());
  }

  /** How each pooler's users would come in at the candidates, all poolers at once. */
  List<Gate> gates(List<Pooler> poolers, List<Instance> candidates, Fleet fleet)
      throws InterruptedException {
    List<Instance> some = candidates.subList(0, Math.min(Connectivity.MOST, candidates.size()));
    Map<Long, Gate> found = new ConcurrentHashMap<>();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (Pooler pooler : poolers) {
      calls.add(() -> found.put(pooler.id(), gate(pooler, some, fleet)) == null);
    }
    together(calls);
    return List.copyOf(new TreeMap<>(found).values());
  }

  private Gate gate(Pooler pooler, List<Instance> candidates, Fleet fleet)
      throws InterruptedException {
    Server host = Objects.requireNonNull(fleet.servers().get(pooler.serverId()));
    String name = "pooler %s on %s".formatted(pooler.name(), host.name());
    List<Backend> doors =
        candidates.stream().map(i -> new Backend(fleet.serverOf(i).address(), port(i))).toList();
    try {
      io.matriarch.pool.LocalCommand local =
          PoolCommands.signIn(process(pooler), doors, pooler.databases());
      CommandResult result =
          run(host, pooler.owner(), new LocalCommand(local.arguments(), local.stdin()));
      SignIns seen =
          SignIns.read(
              new io.matriarch.pool.LocalCommand.Output(
                  result.exit(), result.stdout(), result.stderr()));
      return new Gate(name, seen.addresses(), logins(seen, candidates, fleet), seen.trouble());
    } catch (ShellUnavailable e) {
      return new Gate(name, List.of(), List.of(), NOT_REACHED + e.getMessage());
    } catch (IllegalArgumentException e) {
      return new Gate(name, List.of(), List.of(), String.valueOf(e.getMessage()));
    }
  }

  private static List<Login> logins(SignIns seen, List<Instance> candidates, Fleet fleet) {
    return seen.tries().stream()
        .filter(t -> t.server() >= 0 && t.server() < candidates.size())
        .map(
            t ->
                new Login(
                    t.database(),
                    t.user(),
                    fleet.serverOf(candidates.get(t.server())).name(),
                    Entry.valueOf(t.end().name()),
                    t.said()))
        .toList();
  }

  private static PgBouncer process(Pooler pooler) {
    return new PgBouncer(
        pooler.name(),
        pooler.socketDirectory(),
        pooler.port(),
        pooler.adminUser(),
        null,
        pooler.databasesFile(),
        pooler.owner(),
        null);
  }

  /**
   * Tries every member from every other one, as the WAL receivers would that run there, and from
   * the hosts of poolers whether PostgreSQL answers. One command on each host; none from one whose
   * PostgreSQL did not answer us.
   *
   * @param seen each of them
   */
  List<Connectivity.Way> reach(List<Instance> members, Map<Long, Member> seen, Fleet fleet)
      throws InterruptedException {
    List<Instance> some = members.subList(0, Math.min(Connectivity.MOST, members.size()));
    List<Connectivity.Way> found = Collections.synchronizedList(new ArrayList<>());
    for (Instance each : some) {
      Member member = Objects.requireNonNull(seen.get(each.id()));
      boolean reached = !member.trouble().startsWith(NOT_REACHED);
      found.add(fromConsole(member, "ssh", reached ? null : member.trouble()));
      found.add(fromConsole(member, "sql", member.facts() == null ? member.trouble() : null));
    }
    List<Instance> there = some.stream().filter(i -> facts(seen, i) != null).toList();
    // What a primary has left of its time as a standby may name a password that is long gone.
    Map<Long, Conninfo> receivers =
        receivers(
            there.stream()
                .filter(
                    i -> Boolean.TRUE.equals(Objects.requireNonNull(facts(seen, i)).inRecovery()))
                .toList(),
            fleet);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (Instance from : there) {
      Conninfo usual = receivers.get(from.id());
      Conninfo conninfo =
          usual != null ? usual : receivers.values().stream().findFirst().orElse(null);
      if (conninfo != null) {
        List<Instance> to = some.stream().filter(i -> i.id() != from.id()).toList();
        calls.add(() -> found.addAll(reach(from, to, conninfo, fleet)));
      }
    }
    for (Pooler pooler : fleet.poolersOf(some.getFirst().herdId())) {
      calls.add(() -> found.addAll(reach(pooler, some, fleet)));
    }
    together(calls);
    return found.stream().distinct().toList();
  }

  private static @Nullable ReadinessFacts facts(Map<Long, Member> seen, Instance instance) {
    return Objects.requireNonNull(seen.get(instance.id())).facts();
  }

  private static Connectivity.Way fromConsole(Member to, String kind, @Nullable String trouble) {
    return new Connectivity.Way(Connectivity.CONSOLE, to.server(), kind, trouble);
  }

  private Map<Long, Conninfo> receivers(List<Instance> members, Fleet fleet)
      throws InterruptedException {
    Map<Long, Conninfo> found = new ConcurrentHashMap<>();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (Instance each : members) {
      calls.add(
          () -> {
            receiver(each, fleet)
                .filter(conninfo -> !conninfo.get("host").isEmpty())
                .ifPresent(conninfo -> found.put(each.id(), conninfo));
            return true;
          });
    }
    together(calls);
    return new TreeMap<>(found);
  }

  private List<Connectivity.Way> reach(
      Instance from, List<Instance> to, Conninfo conninfo, Fleet fleet)
      throws InterruptedException {
    Server host = fleet.serverOf(from);
    List<Conninfo> targets =
        to.stream().map(i -> conninfo.to(fleet.serverOf(i).address(), port(i))).toList();
    try {
      CommandResult result =
          run(host, cluster(from, host), TryReach.command(cluster(from, host), targets));
      return ways(host, to, TryReach.read(output(result)), fleet);
    } catch (ShellUnavailable e) {
      return List.of();
    }
  }

  private List<Connectivity.Way> reach(Pooler pooler, List<Instance> to, Fleet fleet)
      throws InterruptedException {
    Server host = Objects.requireNonNull(fleet.servers().get(pooler.serverId()));
    List<TryReach.Door> doors =
        to.stream().map(i -> new TryReach.Door(fleet.serverOf(i).address(), port(i))).toList();
    try {
      CommandResult result = run(host, pooler.owner(), TryReach.ports(doors));
      return ways(host, to, TryReach.read(output(result)), fleet);
    } catch (ShellUnavailable e) {
      return List.of();
    }
  }

  private static List<Connectivity.Way> ways(
      Server from, List<Instance> to, List<TryReach.Reached> reached, Fleet fleet) {
    return reached.stream()
        .filter(r -> r.server() >= 0 && r.server() < to.size())
        .map(
            r ->
                new Connectivity.Way(
                    from.name(), fleet.serverOf(to.get(r.server())).name(), r.kind(), r.trouble()))
        .toList();
  }

  private Way way(Instance from, Server host, Server to, Conninfo conninfo)
      throws InterruptedException {
    try {
      CommandResult result =
          run(host, cluster(from, host), TryReplication.command(cluster(from, host), conninfo));
      return new Way(host.name(), to.name(), result.succeeded() ? null : said(result));
    } catch (ShellUnavailable e) {
      return new Way(host.name(), to.name(), "not reached: " + e.getMessage());
    }
  }

  /** How a standby connects; empty if it does not say. */
  private Optional<Conninfo> receiver(Instance standby, Fleet fleet) throws InterruptedException {
    Server there = fleet.serverOf(standby);
    try {
      CommandResult result =
          run(
              there,
              cluster(standby, there),
              Sql.command(cluster(standby, there), ReplicationSql.UPSTREAM, QUICK));
      List<List<String>> rows = Sql.rows(output(result));
      return result.succeeded() && !rows.isEmpty() && rows.getFirst().size() == 2
          ? Optional.of(Conninfo.parse(rows.getFirst().get(1)))
          : Optional.empty();
    } catch (ShellUnavailable | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private CommandResult run(Server server, Cluster cluster, LocalCommand local)
      throws ShellUnavailable, InterruptedException {
    return run(server, cluster.owner(), local);
  }

  private CommandResult run(Server server, String owner, LocalCommand local)
      throws ShellUnavailable, InterruptedException {
    return hosts.run(server, owner, local, LIMIT);
  }

  private static String said(CommandResult result) {
    String said = result.stderr().strip().replaceAll("\\s+", " ");
    return said.isEmpty()
        ? "exit " + result.exit()
        : said.substring(0, Math.min(300, said.length()));
  }
}
