package io.matriarch.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rewinds a stopped server by {@code pg_rewind}, detached on its host, so that whoever asks next
 * finds the work instead of beginning it again. While anything of a rewind is known there, the
 * server must not be started.
 */
public final class Rewind {

  private static final String SCRIPT = Scripts.resource("rewind.sh");

  private Rewind() {}

  /** How far a rewind has come. */
  public enum Phase {
    /** None is known. */
    NONE,
    /** Nothing was touched that a start as a standby would not touch. */
    PREPARING,
    /** The same, given up with a reason. */
    FAILED,
    /** The data directory is being changed; if nobody works on it, it is lost. */
    REWINDING,
    /** The data is the source's up to the fork; its own configuration is not back yet. */
    REWOUND,
    /** It may be started as a standby. */
    READY
  }

  /**
   * What is known on the host.
   *
   * @param held whether somebody works on it now
   * @param run the token of the run that ordered it
   * @param fork where both parted, and on which timeline; empty if they did not
   * @param lost how many transactions the server alone had, or why that is not known
   * @param said why it did not go on
   * @param enabled what systemd said of the server's unit before it was masked; empty if it was not
   * @param directory where all that is known lies
   * @param systemd whether work can be handed to systemd
   */
  public record State(
      Phase phase,
      boolean held,
      String run,
      String fork,
      String lost,
      String said,
      String enabled,
      String directory,
      boolean systemd) {

    /** Whether it died, or failed, with its data half changed. */
    public boolean isUnusable() {
      return phase == Phase.REWINDING && !held;
    }

    /** Whether a start is forbidden. */
    public boolean forbidsStart() {
      return phase != Phase.NONE && phase != Phase.FAILED;
    }
  }

  /**
   * What is to be done.
   *
   * @param source to rewind to, as a role that may read its files
   * @param config where the server's configuration lies; null if in its data directory
   * @param identifier the system identifier of the source
   * @param startConf Debian's {@code start.conf} of the cluster; null if it has none
   * @param unit of systemd that starts the cluster, and is masked meanwhile; null if none does
   * @param discard whether transactions that the server alone has may be lost
   */
  public record Order(
      Conninfo source,
      @Nullable String config,
      String identifier,
      @Nullable String startConf,
      @Nullable String unit,
      boolean discard) {}

  /** Verbs without arguments of their own. */
  public enum Verb {
    STATE,
    ABANDON,
    SPAWN,
    RELEASE,
    SETTLE
  }

  /** The command to run as the owner of the cluster. */
  public static LocalCommand command(Cluster cluster, Verb verb) {
    return command(cluster, verb.name().toLowerCase(Locale.ROOT), List.of(), "");
  }

  /** Waits until nobody works on it any more, or the time is over; see {@link #read}. */
  public static LocalCommand waiting(Cluster cluster, Duration limit) {
    return command(cluster, "wait", List.of(Long.toString(limit.toSeconds())), "");
  }

  /**
   * Keeps the order, and turns off what would start the server; see {@link #read}.
   *
   * @param token names the run
   */
  public static LocalCommand prepare(Cluster cluster, String token, Order order) {
    return command(
        cluster,
        "prepare",
        List.of(
            Objects.requireNonNullElse(cluster.binDirectory(), ""),
            token,
            Objects.requireNonNullElse(order.config(), ""),
            order.identifier(),
            order.source().get("host"),
            Integer.toString(cluster.port()),
            order.discard() ? "yes" : "no",
            Objects.requireNonNullElse(order.startConf(), ""),
            Objects.requireNonNullElse(order.unit(), "")),
        order.source().serviceFile("postgres") + "# worker\n" + SCRIPT);
  }

  /** What systemd is to run as the owner, once prepared. */
  public static List<String> worker(Cluster cluster, State prepared) {
    return List.of("sh", prepared.directory() + "/worker", "worker", cluster.dataDirectory());
  }

  private static LocalCommand command(
      Cluster cluster, String verb, List<String> more, String stdin) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("sh", "-c", SCRIPT, "matriarch-rewind", verb, cluster.dataDirectory()));
    arguments.addAll(more);
    return new LocalCommand(arguments, stdin);
  }

  /** What the output says; empty if it says nothing. */
  public static Optional<State> read(LocalCommands.Output output) {
    Map<String, String> facts = new HashMap<>();
    output
        .stdout()
        .lines()
        .filter(line -> line.indexOf(' ') > 0)
        .forEach(
            line ->
                facts.put(
                    line.substring(0, line.indexOf(' ')),
                    line.substring(line.indexOf(' ') + 1).strip()));
    String phase = facts.getOrDefault("phase", "").toUpperCase(Locale.ROOT);
    if (output.exit() != 0
        || List.of(Phase.values()).stream().noneMatch(p -> p.name().equals(phase))) {
      return Optional.empty();
    }
    return Optional.of(
        new State(
            Phase.valueOf(phase),
            facts.getOrDefault("held", "").equals("yes"),
            facts.getOrDefault("run", ""),
            facts.getOrDefault("fork", ""),
            facts.getOrDefault("lost", ""),
            facts.getOrDefault("said", ""),
            facts.getOrDefault("enabled", ""),
            facts.getOrDefault("dir", ""),
            facts.getOrDefault("systemd", "").equals("yes")));
  }
}
