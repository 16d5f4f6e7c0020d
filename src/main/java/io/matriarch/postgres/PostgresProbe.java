package io.matriarch.postgres;

import java.util.List;
import java.util.Objects;

/**
 * Looks at one cluster on its own host with one command: a small POSIX script finds out by state
 * whether its processes live, asks a running server by SQL, and reads the control file of a stopped
 * one with the programs of its own major. It reads only.
 */
public final class PostgresProbe {

  private static final String SCRIPT = Scripts.resource("probe.sh");
  static final String SQL = Scripts.resource("probe.sql");

  private PostgresProbe() {}

  /** The command to run as the owner of the cluster; it ends within 15 seconds. */
  public static LocalCommand command(Cluster cluster) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-probe",
            cluster.dataDirectory(),
            cluster.owner(),
            Integer.toString(cluster.port()),
            Objects.requireNonNullElse(cluster.socketDirectory(), ""),
            Objects.requireNonNullElse(cluster.binDirectory(), "")),
        SQL);
  }

  /** What the output of {@link #command} says. */
  public static ObservedInstance read(Cluster cluster, LocalCommands.Output output) {
    return ObservedInstance.of(ProbeAnswer.document(cluster, output));
  }

  /** Runs {@link #command} and reads its output. */
  public static <E extends Exception> ObservedInstance observe(
      Cluster cluster, LocalCommands<E> commands) throws E, InterruptedException {
    return read(cluster, commands.run(command(cluster)));
  }
}
