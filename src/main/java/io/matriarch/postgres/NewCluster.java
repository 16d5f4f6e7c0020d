package io.matriarch.postgres;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the place of a new standby on its host: an empty data directory and, where Debian's tools
 * are, a cluster that they know, with its configuration outside the data directory. Nothing is
 * initialised, so nothing can be started before the data is there.
 */
public final class NewCluster {

  /** The exit of {@link #make} that has changed nothing, and says why. */
  public static final int REFUSED = 98;

  private static final String SCRIPT = Scripts.resource("create.sh");
  private static final String CONFIGURATION = Scripts.resource("configuration.sql");

  private NewCluster() {}

  /**
   * Prints what a standby takes over from a primary that runs; for the standard input of {@link
   * #make}. It may hold passwords.
   */
  public static LocalCommand configuration(Cluster primary) {
    return Psql.command(primary, CONFIGURATION);
  }

  /**
   * The command to run as the owner. It refuses what is not empty and a port that is taken, and is
   * safe to be run again.
   *
   * @param name of the cluster as Debian's tools know it; null for a plain directory
   * @param identifier the system identifier of the herd
   * @param configuration as {@link #configuration} printed it; used where there is a name
   */
  public static LocalCommand make(
      Cluster cluster,
      String major,
      @Nullable String name,
      String identifier,
      String configuration) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-create",
            cluster.dataDirectory(),
            Objects.requireNonNullElse(cluster.binDirectory(), ""),
            major,
            Objects.requireNonNullElse(name, ""),
            Integer.toString(cluster.port()),
            identifier),
        configuration);
  }
}
