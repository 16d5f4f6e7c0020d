package io.matriarch.watch;

import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.check.ReadinessChecks.Way;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReplicationSql;
import io.matriarch.postgres.Sql;
import io.matriarch.postgres.TryReplication;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.stereotype.Component;

/** Asks the members of one herd over SSH, all at once; each command has a time limit. */
@Component
class ReadinessLook {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration QUICK = Duration.ofSeconds(8);
  private static final String OWNER = "{owner}";

  private final Shell shell;
  private final Clock clock;

  ReadinessLook(Shell shell, Clock clock) {
    this.shell = shell;
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
      return unasked(instance, server, "not reached: " + e.getMessage());
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
    Conninfo now;
    try {
      CommandResult result =
          run(
              there,
              cluster(candidate, there),
              Sql.command(cluster(candidate, there), ReplicationSql.UPSTREAM, QUICK));
      List<List<String>> rows = Sql.rows(output(result));
      if (!result.succeeded() || rows.isEmpty() || rows.getFirst().size() != 2) {
        return List.of();
      }
      now = Conninfo.parse(rows.getFirst().get(1));
    } catch (ShellUnavailable | IllegalArgumentException e) {
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

  private static void together(List<Callable<Boolean>> calls) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        call.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look failed in Matriarch itself", e.getCause());
    }
  }

  private CommandResult run(Server server, Cluster cluster, LocalCommand local)
      throws ShellUnavailable, InterruptedException {
    return shell.run(
        new Host(
            server.name(),
            server.address(),
            server.sshPort(),
            server.sshUser(),
            server.hostKeys(),
            server.become()),
        Command.of(local.arguments())
            .withStdin(local.stdin())
            .startedBy(become(server, cluster.owner()))
            .within(LIMIT));
  }

  private static List<String> become(Server server, String owner) {
    return owner.equals(server.sshUser())
        ? List.of()
        : server.become().stream().map(a -> a.replace(OWNER, owner)).toList();
  }

  private static Cluster cluster(Instance instance, Server server) {
    return new Cluster(
        instance.dataDirectory(),
        Objects.requireNonNullElse(instance.owner(), server.sshUser()),
        Objects.requireNonNullElse(instance.port(), 5432),
        instance.socketDirectory(),
        instance.binDirectory());
  }

  private static Output output(CommandResult result) {
    return new Output(result.exit(), result.stdout(), result.stderr());
  }

  private static String said(CommandResult result) {
    String said = result.stderr().strip().replaceAll("\\s+", " ");
    return said.isEmpty()
        ? "exit " + result.exit()
        : said.substring(0, Math.min(300, said.length()));
  }
}
