package io.matriarch.pool;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One PgBouncer process. Siblings that share a port by {@code so_reuseport} are one each, addressed
 * by their own socket directory.
 *
 * @param name what people call it; used in messages only
 * @param host the directory of its socket, or a host name or address
 * @param user an admin user; {@code pgbouncer} needs no password on the socket as the owner
 * @param passFile a pgpass file on its host; null where no password is needed
 * @param databasesFile the file that holds its section {@code [databases]}: its own configuration,
 *     or one that it includes
 * @param owner who owns the process and runs our commands
 * @param stateDirectory where locks and tokens lie, the same for all who touch this pooler; null
 *     for {@code /var/tmp/matriarch-OWNER}
 */
public record PgBouncer(
    String name,
    String host,
    int port,
    String user,
    @Nullable String passFile,
    String databasesFile,
    String owner,
    @Nullable String stateDirectory) {

  public PgBouncer {
    Words.line("host", host);
    Words.line("user", user);
    Words.id("owner", owner);
    Words.path("databases file", databasesFile);
    if (passFile != null) {
      Words.path("password file", passFile);
    }
    if (stateDirectory != null) {
      Words.path("state directory", stateDirectory);
    }
    if (host.isBlank() || user.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "The pooler " + name + " needs host, port and user: " + host + ", " + port + ", " + user);
    }
  }

  String state() {
    return stateDirectory == null ? "/var/tmp/matriarch-" + owner : stateDirectory;
  }

  /** The start of the names of its files: two poolers never share one. */
  String fileName() {
    String safe =
        host.chars()
            .mapToObj(
                c ->
                    c < 128 && Character.isLetterOrDigit(c)
                        ? Character.toString(c)
                        : "_%x_".formatted(c))
            .collect(Collectors.joining());
    return "pool-" + safe + "-" + port;
  }
}
