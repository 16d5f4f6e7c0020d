package io.matriarch.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Stops a primary in mode fast and proves that it is down. A server that is shutting down waits for
 * its WAL senders; those that are not the candidate's are ended after a while.
 */
public final class Stop {

  /** What {@code sh -c} runs. */
  public static final String SCRIPT = Scripts.resource("control.sh") + Scripts.resource("stop.sh");

  private Stop() {}

  /**
   * What a stopped primary's control file says of its end.
   *
   * @param state such as {@code shut down}
   * @param checkpoint start of the shutdown checkpoint's record: a standby has it all only when it
   *     replayed <em>past</em> this
   */
  public record Down(String state, String systemIdentifier, int timeline, String checkpoint) {

    /** Whether it was stopped as a primary, its last record written. */
    public boolean isClean() {
      return state.equals("shut down");
    }

    @Override
    public String toString() {
      return "\"%s\" at %s on timeline %d".formatted(state, checkpoint, timeline);
    }
  }

  /**
   * The command to run as the owner of the cluster.
   *
   * @param patience after which WAL senders to others than the candidate are ended
   * @param candidate address of the standby whose WAL sender is spared
   */
  public static LocalCommand command(
      Cluster cluster, Duration limit, Duration patience, String candidate) {
    return command(cluster, limit, patience, candidate, Duration.ZERO);
  }

  /**
   * The same for a server that must end whatever holds it, such as an archiver or a frozen backend.
   *
   * @param immediate after which it is stopped in mode immediate; zero for never
   */
  public static LocalCommand command(
      Cluster cluster, Duration limit, Duration patience, String candidate, Duration immediate) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-stop",
            cluster.dataDirectory(),
            Objects.requireNonNullElse(cluster.binDirectory(), ""),
            Long.toString(limit.toSeconds()),
            Long.toString(patience.toSeconds()),
            candidate,
            Long.toString(immediate.toSeconds())),
        "");
  }

  /** What the output says; empty if it does not prove that no process is left. */
  public static Optional<Down> read(LocalCommands.Output output) {
    boolean down = output.stdout().lines().anyMatch("down"::equals);
    return down ? control(output) : Optional.empty();
  }

  /** What {@code control.sh} printed; empty if it could not ask, or what asked it failed. */
  static Optional<Down> control(LocalCommands.Output output) {
    Map<String, String> control = new HashMap<>();
    output
        .stdout()
        .lines()
        .filter(line -> line.startsWith("control ") && line.indexOf(':') > 0)
        .map(line -> line.substring("control ".length()))
        .forEach(
            line ->
                control.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip()));
    String timeline = control.getOrDefault("Latest checkpoint's TimeLineID", "");
    if (output.exit() != 0 || !timeline.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(
        new Down(
            control.getOrDefault("Database cluster state", ""),
            control.getOrDefault("Database system identifier", ""),
            Integer.parseInt(timeline),
            control.getOrDefault("Latest checkpoint location", "")));
  }
}
