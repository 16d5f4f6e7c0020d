package io.matriarch.postgres;

import io.matriarch.postgres.Stop.Down;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What makes a stopped server start as a standby, whoever starts it: staged beside the
 * configuration while the server still runs, applied once it is down, withdrawn if it is to be the
 * primary again. Settings go through standard input, since they may hold a password.
 */
public final class StandbyFiles {

  /** What {@code sh -c} runs. */
  public static final String SCRIPT =
      Scripts.resource("control.sh")
          + Scripts.resource("hba-block.sh")
          + Scripts.resource("standby.sh");

  private StandbyFiles() {}

  /** What to do; each is safe to do twice. */
  public enum Verb {
    STAGE,
    APPLY,
    WITHDRAW,
    SETTLE,
    LIFT
  }

  /**
   * The command to run as the owner of the cluster.
   *
   * @param token names the files of one attempt: letters, digits, hyphens
   * @param settings lines of a configuration file, see {@link #settings}; used by stage only
   */
  public static LocalCommand command(Cluster cluster, Verb verb, String token, String settings) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-standby",
            cluster.dataDirectory(),
            verb.name().toLowerCase(java.util.Locale.ROOT),
            token,
            Objects.requireNonNullElse(cluster.binDirectory(), "")),
        settings);
  }

  /**
   * What pg_control said once the files were in place; empty if it was not applied, or pg_control
   * could not be read.
   */
  public static Optional<Down> applied(LocalCommands.Output output) {
    return Stop.control(output);
  }

  /** Lines for {@code postgresql.auto.conf}. */
  public static String settings(String conninfo, String slot) {
    return "primary_conninfo = %s%nprimary_slot_name = %s%nrecovery_target_timeline = 'latest'%n"
        .formatted(quoted(conninfo), quoted(slot));
  }

  private static String quoted(String value) {
    if (value.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException("A setting cannot hold a control character.");
    }
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
