package io.matriarch.inventory;

import java.util.List;

/**
 * A PgBouncer process that leads clients to a herd's primary.
 *
 * @param socketDirectory where its own admin socket is; processes that share a port have one each
 * @param databasesFile the file of its {@code [databases]} section
 * @param template text of that file, with {@code {{.Host}}} and {@code {{.Port}}}
 * @param databases every entry that leads to the herd, aliases too
 */
public record Pooler(
    long id,
    long herdId,
    long serverId,
    String name,
    String socketDirectory,
    int port,
    String adminUser,
    String owner,
    String databasesFile,
    String template,
    List<String> databases,
    PoolerSeen seen) {

  public Pooler {
    databases = List.copyOf(databases);
    if (databases.isEmpty()) {
      throw new IllegalArgumentException("The pooler " + name + " leads no database to the herd.");
    }
  }

  PoolerDraft draft() {
    return new PoolerDraft(
        name,
        herdId,
        serverId,
        socketDirectory,
        port,
        adminUser,
        owner,
        databasesFile,
        template,
        databases);
  }
}
