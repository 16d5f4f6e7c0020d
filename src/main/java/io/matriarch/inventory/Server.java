package io.matriarch.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host that carries instances, with all that is needed to reach it and to command it. */
public record Server(
    long id,
    String name,
    Kind kind,
    @Nullable Long environmentId,
    @Nullable String site,
    String address,
    int sshPort,
    String sshUser,
    List<String> hostKeys,
    List<String> become,
    @Nullable String init,
    @Nullable String osFamily,
    @Nullable Long profileId) {

  /** How a server is reached. */
  public enum Kind {
    SSH,
    EC2,
    RDS
  }

  public Server {
    hostKeys = List.copyOf(hostKeys);
    become = List.copyOf(become);
  }
}
