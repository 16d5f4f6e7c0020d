package io.matriarch.discovery;

import io.matriarch.discovery.SqlLooks.Attempt;
import io.matriarch.inventory.Expected;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.MonitorLogin;
import io.matriarch.inventory.MonitorLogins;
import io.matriarch.inventory.Observer;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands;
import io.matriarch.postgres.ObservedInstance;
import io.matriarch.postgres.PostgresProbe;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Our own probes: over SSH, or by SQL where the herd names a login, and then over SSH what SQL did
 * not reach. Servers are looked at side by side, at most {@link #AT_ONCE} of them, so that one
 * which does not answer holds up nobody else; instances of one server follow each other.
 */
@Service
class Probes implements Observer {

  private static final Logger log = LoggerFactory.getLogger(Probes.class);
  private static final int AT_ONCE = 48;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String OWNER = "{owner}";

  private final Fleets fleets;
  private final Shell shell;
  private final Ledger ledger;
  private final Unreached unreached;
  private final Fences fences;
  private final Expecting expecting;
  private final MonitorLogins logins;
  private final SqlLooks sql;
  private final Clock clock;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  Probes(
      Fleets fleets,
      Shell shell,
      Ledger ledger,
      Unreached unreached,
      Fences fences,
      Expecting expecting,
      MonitorLogins logins,
      SqlLooks sql,
      Clock clock) {
    this.fleets = fleets;
    this.shell = shell;
    this.ledger = ledger;
    this.unreached = unreached;
    this.fences = fences;
    this.expecting = expecting;
    this.logins = logins;
    this.sql = sql;
    this.clock = clock;
  }

  @Override
  public void observe(Collection<Long> instanceIds) {
    Fleet fleet = fleets.load(instanceIds, List.of(), List.of());
    Round round = new Round(fleet, logins.of(fleet.herds().keySet()));
    Map<Long, List<Instance>> byServer = new HashMap<>();
    for (long id : instanceIds) {
      fleet
          .instance(id)
          .ifPresent(i -> byServer.computeIfAbsent(i.serverId(), s -> new ArrayList<>()).add(i));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      byServer.forEach(
          (server, instances) ->
              threads.submit(
                  () -> {
                    takeTurn(round, Objects.requireNonNull(fleet.servers().get(server)), instances);
                    return true;
                  }));
    }
  }

  @Override
  public void fenced(long instanceId, String how) {
    fences.put(instanceId, how);
  }

  @Override
  public long expected(Expected instance) {
    return expecting.put(instance);
  }

  @Override
  public void notExpected(long instanceId) {
    expecting.remove(instanceId);
  }

  @Override
  public void unfenced(long instanceId) {
    fences.remove(instanceId);
  }

  @Override
  public void lost(long instanceId, String why, Instant began) {
    unreached.recordLost(instanceId, why, began);
  }

  /** What all servers of one round share. */
  private record Round(Fleet fleet, Map<Long, MonitorLogin> logins) {}

  private void takeTurn(Round round, Server server, List<Instance> instances)
      throws InterruptedException {
    turns.acquire();
    try {
      look(round, server, instances);
    } catch (RuntimeException e) {
      log.error("Probing {} failed in Matriarch itself; its instances stay as they are", server, e);
    } finally {
      turns.release();
    }
  }

  private void look(Round round, Server server, List<Instance> instances)
      throws InterruptedException {
    Instant began = clock.instant();
    List<Facts> seen = new ArrayList<>();
    List<Instance> overSsh = new ArrayList<>();
    for (Instance instance : instances) {
      MonitorLogin login = round.logins.get(instance.herdId());
      if (login == null) {
        overSsh.add(instance);
        continue;
      }
      Attempt attempt = sql.look(round.fleet, server, instance, cluster(server, instance), login);
      if (attempt.observed() != null) {
        seen.add(Facts.read(attempt.observed().document(), clock.instant()));
      } else if (server.kind() == Server.Kind.RDS || server.hostKeys().isEmpty()) {
        unreached.record(server, instance.id(), attempt.trouble(), began);
      } else {
        overSsh.add(instance);
      }
    }
    boolean reached = server.kind() == Server.Kind.RDS || lookOverSsh(server, overSsh, began, seen);
    if (!seen.isEmpty()) {
      ledger.apply(List.of(Look.probe(server.id(), clock.instant(), seen, reached)));
    }
  }

  /** False if the server, or an instance of it, could not be looked at. */
  private boolean lookOverSsh(
      Server server, List<Instance> instances, Instant began, List<Facts> seen)
      throws InterruptedException {
    boolean reached = true;
    for (int n = 0; n < instances.size(); n++) {
      Instance instance = instances.get(n);
      try {
        seen.add(look(server, instance));
      } catch (ShellUnavailable e) {
        // A time limit says nothing about the server as a whole.
        reached &= e.reason() == ShellUnavailable.Reason.TIMEOUT;
        List<Instance> lost =
            e.reason() == ShellUnavailable.Reason.TIMEOUT
                ? List.of(instance)
                : instances.subList(n, instances.size());
        unreached.record(server, lost.stream().map(Instance::id).toList(), e, began);
        if (lost.size() > 1 || n == instances.size() - 1) {
          break;
        }
      }
    }
    return reached;
  }

  private Facts look(Server server, Instance instance)
      throws ShellUnavailable, InterruptedException {
    Cluster cluster = cluster(server, instance);
    ObservedInstance observed =
        PostgresProbe.observe(cluster, command -> run(server, cluster.owner(), command));
    return Facts.read(observed.document(), clock.instant());
  }

  private static Cluster cluster(Server server, Instance instance) {
    return new Cluster(
        instance.dataDirectory(),
        Objects.requireNonNullElse(instance.owner(), server.sshUser()),
        Objects.requireNonNullElse(instance.port(), 5432),
        instance.socketDirectory(),
        instance.binDirectory());
  }

  private LocalCommands.Output run(Server server, String owner, LocalCommand local)
      throws ShellUnavailable, InterruptedException {
    Command command =
        Command.of(local.arguments())
            .withStdin(local.stdin())
            .startedBy(become(server, owner))
            .within(LIMIT);
    CommandResult result = shell.run(host(server), command);
    return new LocalCommands.Output(result.exit(), result.stdout(), result.stderr());
  }

  static List<String> become(Server server, @Nullable String owner) {
    if (owner == null || owner.equals(server.sshUser())) {
      return List.of();
    }
    return server.become().stream().map(argument -> argument.replace(OWNER, owner)).toList();
  }

  static Host host(Server server) {
    return new Host(
        server.name(),
        server.address(),
        server.sshPort(),
        server.sshUser(),
        server.hostKeys(),
        server.become());
  }
}
