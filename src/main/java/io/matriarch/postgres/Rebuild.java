package io.matriarch.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stopped server a standby again, by {@code pg_rewind} or by a base backup, detached on its
 * host, so that whoever asks next finds the work instead of beginning it again. While anything of
 * it is known there, the server must not be started.
 */
public final class Rebuild {

  private static final String SCRIPT =
      Scripts.resource("rebuild.sh")
          + Scripts.resource("rewind.sh")
          + Scripts.resource("base-backup.sh")
          + Scripts.resource("rebuild-verbs.sh");

  private Rebuild() {}

  /** How far the work has come. */
  public enum Phase {
    /** None is known. */
    NONE,
    /** Nothing was touched that a start as a standby would not touch. */
    PREPARING,
    /** The same, given up with a reason. */
    FAILED,
    /** The data directory is being changed; if nobody works on it, it is no cluster. */
    CHANGING,
    /** The data is the source's; its own configuration is not back yet. */
    CHANGED,
    /** It may be started as a standby. */
    READY
  }

  /** How it is done. */
  public enum Method {
    REWIND,
    BASEBACKUP
  }

  /** What lies in the data directory. */
  public enum Contents {
    CLUSTER,
    EMPTY,
    OTHER
  }

  /**
   * What is known on the host.
   *
   * @param method null if none is known
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
      @Nullable Method method,
      Contents contents,
      boolean held,
      String run,
      String fork,
      String lost,
      String said,
      String enabled,
      String directory,
      boolean systemd) {

    /** One of which nothing is known. */
    public static final State NONE =
        new State(Phase.NONE, null, Contents.CLUSTER, false, "", "", "", "", "", "", false);

    /** Whether it died, or failed, with its data half changed. */
    public boolean isUnusable() {
      return phase == Phase.CHANGING && !held;
    }

    /** Whether a start is forbidden. */
    public boolean forbidsStart() {
      return phase != Phase.NONE && phase != Phase.FAILED;
    }
  }

  /** What becomes of the data that lies there. */
  public enum Aside {
    /** Removed once the standby streams. */
    REMOVE,
    /** Kept beside the data directory. */
    KEEP,
    /** Removed first, where there is no room for both. */
    FIRST
  }

  /**
   * What a base backup needs to know besides.
   *
   * @param slot of the source that keeps WAL for it
   * @param maxRate per second, as {@code pg_basebackup} takes it; empty for no limit
   * @param spaces what the source's data needs
   */
  public record BaseBackup(String slot, String maxRate, Aside aside, List<Space> spaces) {
    public BaseBackup {
      spaces = List.copyOf(spaces);
    }
  }

  /**
   * One place of a cluster's data.
   *
   * @param path a tablespace's location; {@code .} for the data directory
   */
  public record Space(String path, long bytes) {
    public Space {
      if (path.chars().anyMatch(c -> c < ' ') || bytes < 0) {
        throw new IllegalArgumentException("Not a place of data: " + path + ", " + bytes);
      }
    }
  }

  /**
   * What is to be done.
   *
   * @param source to follow, as a role that may read its files
   * @param config where the server's configuration lies; null if in its data directory
   * @param major PostgreSQL's major version
   * @param identifier the system identifier of the source
   * @param startConf Debian's {@code start.conf} of the cluster; null if it has none
   * @param unit of systemd that starts the cluster, and is masked meanwhile; null if none does
   * @param discard whether transactions that the server alone has may be lost; of a rewind
   * @param baseBackup null for a rewind
   */
  public record Order(
      Conninfo source,
      @Nullable String config,
      String major,
      String identifier,
      @Nullable String startConf,
      @Nullable String unit,
      boolean discard,
      @Nullable BaseBackup baseBackup) {

    public Method method() {
      return baseBackup == null ? Method.REWIND : Method.BASEBACKUP;
    }
  }

  /** Verbs without arguments of their own. */
  public enum Verb {
    STATE,
    ABANDON,
    SPAWN,
    STOP,
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
   * Prints {@code primary_conninfo} and {@code primary_slot_name}, a line each, as the
   * configuration of a stopped server has them.
   */
  public static LocalCommand configured(Cluster cluster, @Nullable String config) {
    return command(
        cluster,
        "configured",
        List.of(
            Objects.requireNonNullElse(cluster.binDirectory(), ""),
            Objects.requireNonNullElse(config, "")),
        "");
  }

  /**
   * Keeps the order, and turns off what would start the server; see {@link #read}.
   *
   * @param token names the run
   */
  public static LocalCommand prepare(Cluster cluster, String token, Order order) {
    BaseBackup backup = order.baseBackup();
    String spaces =
        backup == null
            ? ""
            : backup.spaces().stream()
                .map(s -> s.bytes() + " " + s.path() + "\n")
                .collect(Collectors.joining());
    return command(
        cluster,
        "prepare",
        List.of(
            order.method().name().toLowerCase(Locale.ROOT),
            Objects.requireNonNullElse(cluster.binDirectory(), ""),
            order.major(),
            token,
            Objects.requireNonNullElse(order.config(), ""),
            order.identifier(),
            order.source().get("host"),
            Integer.toString(cluster.port()),
            order.discard() ? "yes" : "no",
            Objects.requireNonNullElse(order.startConf(), ""),
            Objects.requireNonNullElse(order.unit(), ""),
            backup == null ? "" : backup.slot(),
            backup == null ? "" : backup.maxRate(),
            backup == null ? "" : backup.aside().name().toLowerCase(Locale.ROOT)),
        order.source().serviceFile(backup == null ? "postgres" : "replication")
            + "# spaces\n"
            + spaces
            + "# worker\n"
            + SCRIPT);
  }

  /** What systemd is to run as the owner, once prepared. */
  public static List<String> worker(Cluster cluster, State prepared) {
    return List.of("sh", prepared.directory() + "/worker", "worker", cluster.dataDirectory());
  }

  private static LocalCommand command(
      Cluster cluster, String verb, List<String> more, String stdin) {
    List<String> arguments =
        new ArrayList<>(
            List.of("sh", "-c", SCRIPT, "matriarch-rebuild", verb, cluster.dataDirectory()));
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
    Optional<Phase> phase = named(Phase.class, facts.get("phase"));
    if (output.exit() != 0 || phase.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new State(
            phase.get(),
            named(Method.class, facts.get("method")).orElse(null),
            named(Contents.class, facts.get("data")).orElse(Contents.OTHER),
            facts.getOrDefault("held", "").equals("yes"),
            facts.getOrDefault("run", ""),
            facts.getOrDefault("fork", ""),
            facts.getOrDefault("lost", ""),
            facts.getOrDefault("said", ""),
            facts.getOrDefault("enabled", ""),
            facts.getOrDefault("dir", ""),
            facts.getOrDefault("systemd", "").equals("yes")));
  }

  private static <E extends Enum<E>> Optional<E> named(Class<E> type, @Nullable String word) {
    return Stream.of(type.getEnumConstants())
        .filter(e -> e.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst();
  }
}
