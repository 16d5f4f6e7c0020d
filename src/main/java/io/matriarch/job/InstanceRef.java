package io.matriarch.job;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An instance as a step names it: resolved when the plan was made, so that what was confirmed is
 * what is done.
 *
 * @param label Debian's cluster name such as {@code 17/main}, else the data directory
 * @param become what starts a command as the owner of the cluster; empty if the SSH user is it
 */
public record InstanceRef(
    long id,
    long serverId,
    String server,
    String label,
    String dataDirectory,
    @Nullable Integer port,
    @Nullable String socketDirectory,
    @Nullable String binDirectory,
    @Nullable String owner,
    @Nullable Integer versionNum,
    List<String> become) {

  public InstanceRef {
    become = List.copyOf(become);
  }

  public static InstanceRef of(Instance instance, Fleet fleet) {
    Server server = fleet.serverOf(instance);
    return new InstanceRef(
        instance.id(),
        server.id(),
        server.name(),
        instance.label(),
        instance.dataDirectory(),
        instance.port(),
        instance.socketDirectory(),
        instance.binDirectory(),
        instance.owner(),
        instance.versionNum(),
        become(server, instance.owner()));
  }

  /** The same under the id that the inventory has given it meanwhile. */
  public InstanceRef withId(long other) {
    return new InstanceRef(
        other,
        serverId,
        server,
        label,
        dataDirectory,
        port,
        socketDirectory,
        binDirectory,
        owner,
        versionNum,
        become);
  }

  /** Where it is on its host. */
  public Cluster cluster() {
    return new Cluster(
        dataDirectory,
        Objects.requireNonNullElse(owner, "postgres"),
        Objects.requireNonNullElse(port, 5432),
        socketDirectory,
        binDirectory);
  }

  private static final String OWNER = "{owner}";

  /**
   * The server's privilege escalation, filled for one user; empty when SSH signs in as that user.
   */
  public static List<String> become(Server server, @Nullable String user) {
    if (user == null || user.equals(server.sshUser())) {
      return List.of();
    }
    return server.become().stream().map(a -> a.replace(OWNER, user)).toList();
  }

  @Override
  public String toString() {
    return "PostgreSQL " + label + " on " + server;
  }
}
