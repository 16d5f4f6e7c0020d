package io.matriarch.discovery;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Pooler;
import io.matriarch.inventory.PoolerObserver;
import io.matriarch.inventory.Server;
import io.matriarch.pool.LocalCommand;
import io.matriarch.pool.ObservedPooler;
import io.matriarch.pool.ObservedPooler.Database;
import io.matriarch.pool.PgBouncer;
import io.matriarch.pool.PoolCommands;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Asks poolers over SSH where they lead. Servers are looked at side by side, at most {@link
 * #AT_ONCE} of them; poolers of one server follow each other, and one that cannot be reached ends
 * its server's turn.
 */
@Service
class PoolerProbes implements PoolerObserver {

  private static final Logger log = LoggerFactory.getLogger(PoolerProbes.class);
  private static final int AT_ONCE = 32;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LONGEST_REASON = 500;

  private final Fleets fleets;
  private final Shell shell;
  private final JdbcClient jdbc;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  PoolerProbes(Fleets fleets, Shell shell, JdbcClient jdbc) {
    this.fleets = fleets;
    this.shell = shell;
    this.jdbc = jdbc;
  }

  @Override
  public void observePoolers(Collection<Long> poolerIds) {
    Fleet fleet = fleets.load(List.of(), herdsOf(poolerIds), List.of());
    Map<Long, List<Pooler>> byServer = new HashMap<>();
    for (Pooler pooler : fleet.poolers()) {
      if (poolerIds.contains(pooler.id())) {
        byServer.computeIfAbsent(pooler.serverId(), s -> new ArrayList<>()).add(pooler);
      }
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      byServer.forEach(
          (server, poolers) ->
              threads.submit(
                  () -> {
                    takeTurn(Objects.requireNonNull(fleet.servers().get(server)), poolers);
                    return true;
                  }));
    }
    jdbc.sql("select pg_notify('inventory', 'pooler')").query((rs, n) -> true).list();
  }

  private List<Long> herdsOf(Collection<Long> poolerIds) {
    return jdbc.sql("select distinct herd_id from pooler where pooler_id = any(:ids)")
        .param("ids", poolerIds.toArray(Long[]::new))
        .query(Long.class)
        .list();
  }

  private void takeTurn(Server server, List<Pooler> poolers) throws InterruptedException {
    turns.acquire();
    try {
      look(server, poolers);
    } catch (RuntimeException e) {
      log.error("Asking poolers of {} failed in Matriarch itself", server.name(), e);
    } finally {
      turns.release();
    }
  }

  private void look(Server server, List<Pooler> poolers) throws InterruptedException {
    for (int n = 0; n < poolers.size(); n++) {
      Pooler pooler = poolers.get(n);
      try {
        keep(pooler, ObservedPooler.read(run(server, pooler)));
      } catch (IllegalArgumentException e) {
        keepError(List.of(pooler), String.valueOf(e.getMessage()));
      } catch (ShellUnavailable e) {
        if (e.reason() == ShellUnavailable.Reason.LIMIT) {
          // It was us who had no connection left; nothing is known of the server.
          return;
        }
        boolean hung = e.reason() == ShellUnavailable.Reason.TIMEOUT;
        keepError(
            hung ? List.of(pooler) : poolers.subList(n, poolers.size()),
            String.valueOf(e.getMessage()));
        if (!hung) {
          return;
        }
      }
    }
  }

  private LocalCommand.Output run(Server server, Pooler pooler)
      throws ShellUnavailable, InterruptedException {
    PgBouncer process =
        new PgBouncer(
            pooler.name(),
            pooler.socketDirectory(),
            pooler.port(),
            pooler.adminUser(),
            null,
            pooler.databasesFile(),
            pooler.owner(),
            null);
    LocalCommand local = PoolCommands.look(process);
    Command command =
        Command.of(local.arguments())
            .withStdin(local.stdin())
            .startedBy(Probes.become(server, pooler.owner()))
            .within(LIMIT);
    CommandResult result = shell.run(Probes.host(server), command);
    return new LocalCommand.Output(result.exit(), result.stdout(), result.stderr());
  }

  private void keep(Pooler pooler, ObservedPooler seen) {
    String reason = seen.reason();
    if (reason != null) {
      keepError(List.of(pooler), reason);
      return;
    }
    TreeSet<String> leads = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    List<Database> found = new ArrayList<>();
    for (String name : pooler.databases()) {
      Optional<Database> database = seen.database(name);
      database.ifPresentOrElse(found::add, () -> missing.add(name));
      database.ifPresent(d -> leads.add(d.host() + ":" + d.port()));
    }
    @Nullable Database one = leads.size() == 1 ? found.getFirst() : null;
    boolean paused = found.stream().anyMatch(Database::paused);
    Duration timeout = seen.queryWaitTimeout();
    jdbc.sql(
            """
            update pooler set tried_at = now(), observed_at = now(), observed_error = null,
                   observed_host = :host, observed_port = :port, observed_leads = :leads,
                   observed_missing = :missing, observed_paused = :paused,
                   paused_since = case when :paused then coalesce(paused_since, now()) end,
                   observed_clients = :clients, observed_waiting = :waiting,
                   observed_version = :version, observed_pool_mode = :mode,
                   query_wait_timeout = :timeout
             where pooler_id = :id
            """)
        .param("id", pooler.id())
        .param("host", one == null ? null : clean(one.host()))
        .param("port", one == null ? null : one.port())
        .param("leads", leads.stream().map(PoolerProbes::clean).toArray(String[]::new))
        .param("missing", missing.toArray(String[]::new))
        .param("paused", paused)
        .param("clients", seen.clients())
        .param("waiting", seen.waiting())
        .param("version", seen.version() == null ? null : clean(seen.version()))
        .param("mode", mode(seen, found))
        .param("timeout", timeout == null ? null : timeout.toSeconds())
        .update();
  }

  /** One database in session mode is enough for idle clients to hold up a pause. */
  private static @Nullable String mode(ObservedPooler seen, List<Database> databases) {
    boolean session =
        databases.stream()
            .map(d -> Objects.requireNonNullElse(d.poolMode(), seen.poolMode()))
            .anyMatch("session"::equals);
    String mode = session ? "session" : seen.poolMode();
    return mode == null ? null : clean(mode);
  }

  private void keepError(List<Pooler> poolers, String reason) {
    jdbc.sql(
            """
            update pooler set tried_at = now(), observed_error = :reason where pooler_id = any(:ids)
            """)
        .param("reason", clean(reason))
        .param("ids", poolers.stream().map(Pooler::id).toArray(Long[]::new))
        .update();
  }

  private static String clean(String text) {
    return Objects.requireNonNullElse(Readings.clean(text, LONGEST_REASON), "");
  }
}
