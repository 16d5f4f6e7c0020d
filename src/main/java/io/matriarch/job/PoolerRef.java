package io.matriarch.job;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Pooler;
import io.matriarch.inventory.Server;
import java.util.List;
import java.util.Objects;

/** A pooler as a step names it: resolved when the plan was made. */
public record PoolerRef(
    long id,
    long serverId,
    String server,
    String name,
    String socketDirectory,
    int port,
    String adminUser,
    String owner,
    String databasesFile,
    String template,
    List<String> databases,
    List<String> become) {

  public PoolerRef {
    databases = List.copyOf(databases);
    become = List.copyOf(become);
  }

  public static PoolerRef of(Pooler pooler, Fleet fleet) {
    Server server =
        Objects.requireNonNull(fleet.servers().get(pooler.serverId()), "the pooler's server");
    return new PoolerRef(
        pooler.id(),
        server.id(),
        server.name(),
        pooler.name(),
        pooler.socketDirectory(),
        pooler.port(),
        pooler.adminUser(),
        pooler.owner(),
        pooler.databasesFile(),
        pooler.template(),
        pooler.databases(),
        InstanceRef.become(server, pooler.owner()));
  }

  @Override
  public String toString() {
    return "pooler %s on %s".formatted(name, server);
  }
}
