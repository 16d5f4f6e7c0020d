package io.matriarch.watch;

import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Runs commands that only look on the hosts of instances, as the owners of their clusters. */
@Component
class Hosts {

  private static final String OWNER = "{owner}";

  private final Shell shell;

  Hosts(Shell shell) {
    this.shell = shell;
  }

  CommandResult run(Server server, String owner, LocalCommand local, Duration limit)
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
            .startedBy(become(server, owner))
            .within(limit));
  }

  private static List<String> become(Server server, String owner) {
    return owner.equals(server.sshUser())
        ? List.of()
        : server.become().stream().map(a -> a.replace(OWNER, owner)).toList();
  }

  static Cluster cluster(Instance instance, Server server) {
    return new Cluster(
        instance.dataDirectory(),
        Objects.requireNonNullElse(instance.owner(), server.sshUser()),
        port(instance),
        instance.socketDirectory(),
        instance.binDirectory());
  }

  static int port(Instance instance) {
    return Objects.requireNonNullElse(instance.port(), 5432);
  }

  static Output output(CommandResult result) {
    return new Output(result.exit(), result.stdout(), result.stderr());
  }

  /** Makes all calls at once, and gives up those that have not ended within the limit. */
  static void within(Duration limit, List<Callable<Boolean>> calls) throws InterruptedException {
    // Not closed, which would wait for those that were given up.
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    for (Future<Boolean> call : threads.invokeAll(calls, limit.toMillis(), TimeUnit.MILLISECONDS)) {
      if (!call.isCancelled() && call.state() == Future.State.FAILED) {
        throw new IllegalStateException("a look failed in Matriarch itself", call.exceptionNow());
      }
    }
    threads.shutdown();
  }

  /** Makes all calls at once and waits for them. */
  static void together(List<Callable<Boolean>> calls) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        call.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look failed in Matriarch itself", e.getCause());
    }
  }
}
