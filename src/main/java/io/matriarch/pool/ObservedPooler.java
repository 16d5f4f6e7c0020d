package io.matriarch.pool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a pooler showed; read from PgBouncer 1.12 to 1.24, columns by their names. What
 * is not known is null, never 0.
 *
 * @param reason why it does not answer; null if it does
 * @param version such as {@code 1.18.0}
 * @param poolMode the default; a database or user may have its own
 * @param queryWaitTimeout after which a waiting client is thrown out; zero means never
 * @param serverLoginRetry how long a pool waits after a login that failed
 * @param soReusePort whether siblings may share its port
 * @param listeners how many processes of its host listen on its port, on one and the same address;
 *     0 if it listens on none or they cannot be seen
 * @param databases without the admin console; those made by a wildcard only while in use
 * @param clients without admin sessions; {@code waiting} of them wait for a server
 * @param longestWait of a client that waits now
 * @param clientsByAddress how many clients each address has; {@code unix} for sockets
 */
public record ObservedPooler(
    @Nullable String reason,
    @Nullable String version,
    @Nullable String poolMode,
    @Nullable Duration queryWaitTimeout,
    @Nullable Duration serverLoginRetry,
    @Nullable Integer maxClientConn,
    @Nullable Boolean soReusePort,
    @Nullable Integer listeners,
    List<Database> databases,
    @Nullable Integer clients,
    @Nullable Integer waiting,
    @Nullable Integer servers,
    @Nullable Duration longestWait,
    Map<String, Integer> clientsByAddress) {

  public ObservedPooler {
    databases = List.copyOf(databases);
    clientsByAddress = Map.copyOf(clientsByAddress);
  }

  /**
   * A row of {@code SHOW DATABASES}.
   *
   * @param database the name on the server
   * @param poolMode null if it has the default
   * @param paused from the start of PAUSE; complete only when no connection is left
   * @param connections to servers
   */
  public record Database(
      String name,
      String host,
      @Nullable Integer port,
      String database,
      @Nullable String poolMode,
      @Nullable Integer connections,
      boolean paused,
      boolean disabled) {

    public boolean leadsTo(Backend backend) {
      Integer at = port;
      return host.equals(backend.host()) && at != null && at == backend.port();
    }
  }

  /** What the output of {@link PoolCommands#look} says. */
  public static ObservedPooler read(LocalCommand.Output output) {
    return new ShownTables(output).pooler();
  }

  public boolean answers() {
    return reason == null;
  }

  public Optional<Database> database(String name) {
    return databases.stream().filter(database -> database.name().equals(name)).findFirst();
  }
}
