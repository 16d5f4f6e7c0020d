package io.matriarch.watch;

import static io.matriarch.watch.Hosts.cluster;
import static io.matriarch.watch.Hosts.output;
import static io.matriarch.watch.Hosts.port;

import io.matriarch.check.FailureAnalysis;
import io.matriarch.check.FailureAnalysis.Console;
import io.matriarch.check.FailureAnalysis.Witness;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.ObservedInstance;
import io.matriarch.postgres.Ping;
import io.matriarch.postgres.PostgresProbe;
import io.matriarch.postgres.ReplicationSql;
import io.matriarch.postgres.Sql;
import io.matriarch.postgres.TryReach;
import io.matriarch.postgres.TryReach.Door;
import io.matriarch.postgres.TryReach.Reached;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.ShellUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Examines a primary that does not answer: its port and its host from here, and what each standby
 * sees of it from there, all at once and within seconds.
 */
@Component
class FailureLook {

  /** Whoever is alive answers sooner, and people wait for the verdict. */
  private static final Duration LIMIT = Duration.ofMillis(2_200);

  private static final Duration TRY = Duration.ofSeconds(1);
  private static final String SLOW = "it did not answer within %d ms".formatted(LIMIT.toMillis());
  private static final int MOST_WITNESSES = 8;

  private final Hosts hosts;
  private final Clock clock;

  FailureLook(Hosts hosts, Clock clock) {
    this.hosts = hosts;
    this.clock = clock;
  }

  FailureAnalysis examine(Instance primary, Fleet fleet) throws InterruptedException {
    Server server = fleet.serverOf(primary);
    Door door = new Door(server.address(), port(primary));
    AtomicReference<@Nullable Console> console = new AtomicReference<>();
    Map<Long, Witness> witnesses = new ConcurrentHashMap<>();
    List<Callable<Boolean>> calls = new ArrayList<>();
    calls.add(
        () -> {
          Ping ping = Pings.one(server.address(), port(primary));
          console.set(new Console(ping, null, SLOW, clock.instant()));
          console.set(console(primary, server, ping));
          return true;
        });
    fleet.members(primary.herdId()).stream()
        .filter(i -> i.id() != primary.id() && !i.copy())
        .limit(MOST_WITNESSES)
        .forEach(
            i -> {
              witnesses.put(i.id(), silent(fleet.serverOf(i)));
              calls.add(() -> witnesses.put(i.id(), witness(i, door, fleet)) == null);
            });
    Hosts.within(LIMIT, calls);
    Console seen = console.get();
    if (seen == null) {
      seen = new Console(Ping.SILENT, null, SLOW, clock.instant());
    }
    return FailureAnalysis.of(server.name(), seen, List.copyOf(new TreeMap<>(witnesses).values()));
  }

  private Witness silent(Server server) {
    return new Witness(server.name(), SLOW, null, "", null, clock.instant());
  }

  private Console console(Instance primary, Server server, Ping ping) throws InterruptedException {
    if (server.kind() == Server.Kind.RDS || server.hostKeys().isEmpty()) {
      return new Console(ping, null, "there is no way to it by SSH", clock.instant());
    }
    Cluster cluster = cluster(primary, server);
    try {
      CommandResult result =
          hosts.run(server, cluster.owner(), PostgresProbe.command(cluster), LIMIT);
      ObservedInstance seen = PostgresProbe.read(cluster, output(result));
      return new Console(ping, seen, "", clock.instant());
    } catch (ShellUnavailable e) {
      return new Console(ping, null, String.valueOf(e.getMessage()), clock.instant());
    }
  }

  private Witness witness(Instance standby, Door primary, Fleet fleet) throws InterruptedException {
    Server server = fleet.serverOf(standby);
    Cluster cluster = cluster(standby, server);
    AtomicReference<@Nullable Duration> heard = new AtomicReference<>();
    AtomicReference<@Nullable Reached> reached = new AtomicReference<>();
    AtomicReference<@Nullable String> trouble = new AtomicReference<>();
    Hosts.together(
        List.of(
            () -> {
              ask(server, cluster, Sql.command(cluster, ReplicationSql.LAST_HEARD, LIMIT), trouble)
                  .flatMap(FailureLook::heard)
                  .ifPresent(heard::set);
              return true;
            },
            () -> {
              ask(server, cluster, TryReach.ports(List.of(primary), TRY), trouble)
                  .flatMap(result -> TryReach.read(output(result)).stream().findFirst())
                  .ifPresent(reached::set);
              return true;
            }));
    Reached way = reached.get();
    return new Witness(
        server.name(),
        way == null ? trouble.get() : null,
        way == null ? null : way.trouble() == null,
        way == null || way.trouble() == null ? "" : way.trouble(),
        heard.get(),
        clock.instant());
  }

  private Optional<CommandResult> ask(
      Server server,
      Cluster cluster,
      LocalCommand command,
      AtomicReference<@Nullable String> trouble)
      throws InterruptedException {
    try {
      return Optional.of(hosts.run(server, cluster.owner(), command, LIMIT));
    } catch (ShellUnavailable e) {
      trouble.set(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<Duration> heard(CommandResult result) {
    return Sql.rows(output(result)).stream()
        .filter(row -> row.size() == 2 && row.getFirst().equals("heard"))
        .map(row -> row.get(1))
        .filter(millis -> millis.matches("[0-9]{1,15}"))
        .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
        .findFirst();
  }
}
