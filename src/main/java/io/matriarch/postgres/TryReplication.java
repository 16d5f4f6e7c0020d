package io.matriarch.postgres;

import java.util.List;
import java.util.Objects;

/**
 * Connects from the host of one cluster to another server as a WAL receiver would: same role, same
 * password, matched by the {@code replication} lines of pg_hba.conf. Changes nothing. The
 * connection string goes through standard input into a private service file.
 */
public final class TryReplication {

  private static final String SCRIPT = Scripts.resource("try.sh");

  private TryReplication() {}

  /** The command to run as the owner of the cluster; exits 0 if the connection was taken. */
  public static LocalCommand command(Cluster from, Conninfo to) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-try",
            from.dataDirectory(),
            Objects.requireNonNullElse(from.binDirectory(), "")),
        to.serviceFile());
  }
}
