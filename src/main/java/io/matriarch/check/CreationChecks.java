package io.matriarch.check;

import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold before a standby is created, by what the inventory knows. */
public final class CreationChecks {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.]{0,62}");
  private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9_.-]*){2,}");
  private static final int OLDEST = 130_000;

  private CreationChecks() {}

  /** What can be said before it is known how the standby would lie. */
  public static List<Check> before(long herdId, @Nullable Server server, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(herdId);
    checks.add(SwitchoverChecks.primaryRuns(primary));
    checks.add(SwitchoverChecks.oneWriter(herdId, fleet));
    primary.ifPresent(
        p -> {
          checks.add(named(InstanceChecks.reachable(p, fleet), fleet.serverOf(p)));
          checks.add(named(InstanceChecks.unmanaged(p), fleet.serverOf(p)));
          checks.add(version(p));
        });
    checks.add(chosen(server));
    if (server != null) {
      checks.add(environment(herdId, server, fleet));
    }
    return checks;
  }

  /**
   * What can be said of how it would lie.
   *
   * @param planned as it would be
   */
  public static List<Check> of(Instance planned, Instance primary, Fleet fleet) {
    return List.of(
        place(planned, primary),
        free(planned, fleet),
        another(planned, fleet),
        InstanceChecks.commandable(planned, fleet, Verb.START),
        Check.passed("what it is expected to take", RebuildChecks.copy(primary))
            .observedAt(primary.seenAt()));
  }

  private static Check named(Check check, Server server) {
    return check.named("%s (%s)".formatted(check.name(), server.name()));
  }

  private static Check version(Instance primary) {
    String name = "version known";
    Integer version = primary.versionNum();
    return version == null || version < OLDEST
        ? Check.failed(
            name,
            version == null ? "not known yet" : "PostgreSQL " + primary.major(),
            "Wait for a report of the primary; Matriarch rebuilds PostgreSQL 13 and newer.")
        : Check.passed(name, "PostgreSQL " + primary.major());
  }

  private static Check chosen(@Nullable Server server) {
    String name = "the server can be commanded";
    if (server == null) {
      return Check.failed(name, "none is chosen", "Choose the server where it is to lie.");
    }
    if (server.kind() == Server.Kind.RDS || server.hostKeys().isEmpty()) {
      return Check.failed(
          name,
          server.kind() == Server.Kind.RDS
              ? server.name() + " is RDS, which has no SSH"
              : "no host key of %s is pinned".formatted(server.name()),
          "Choose a server with SSH, and pin its host key.");
    }
    return server.osFamily() == null
        ? Check.failed(
            name,
            "what %s runs is not known".formatted(server.name()),
            "Let its agent report once.")
        : Check.passed(name, server.name());
  }

  /** Who may act on the herd may not for that reason act on servers of elsewhere. */
  private static Check environment(long herdId, Server server, Fleet fleet) {
    String name = "herd and server are of one environment";
    Long own = Objects.requireNonNull(fleet.herds().get(herdId)).environmentId();
    return Objects.equals(own, server.environmentId())
        ? Check.passed(name, fleet.environmentName(own))
        : Check.failed(
            name,
            "the herd is of %s, %s of %s"
                .formatted(
                    fleet.environmentName(own),
                    server.name(),
                    fleet.environmentName(server.environmentId())),
            "Choose a server of the herd's environment.");
  }

  private static Check place(Instance planned, Instance primary) {
    String name = "where it is to lie";
    String debian = planned.debianCluster();
    if (!DIRECTORY.matcher(planned.dataDirectory()).matches()) {
      return Check.failed(
          name,
          "%s is no data directory for it".formatted(planned.dataDirectory()),
          "Give an absolute path of at least two plain names.");
    }
    if (debian != null && !NAME.matcher(debian.substring(debian.indexOf('/') + 1)).matches()) {
      return Check.failed(
          name,
          "%s is no name of a cluster".formatted(debian),
          "Give letters, digits, _ and . only.");
    }
    Integer port = Objects.requireNonNull(planned.port());
    if (debian == null && !keepsAll(primary)) {
      return Check.failed(
          name,
          "%s keeps its configuration elsewhere (%s), and this server has no tools of Debian"
              .formatted(primary.dataDirectory(), primary.configFile()),
          "Choose a server with the same layout; such a configuration is not taken over.");
    }
    if (port > 65_535 || port < 1024 || debian == null && !port.equals(primary.port())) {
      return Check.failed(
          name,
          "port %d".formatted(port),
          debian == null
              ? "Give the primary's port: the configuration in its data directory comes with the data."
              : "Give a port from 1024 to 65535.");
    }
    return Check.passed(name, "%s, port %d".formatted(planned.dataDirectory(), port));
  }

  private static boolean keepsAll(Instance primary) {
    String config = primary.configFile();
    return config != null && config.startsWith(primary.dataDirectory() + "/");
  }

  private static Check free(Instance planned, Fleet fleet) {
    String name = "nothing known lies there";
    for (Instance known : fleet.instances().values()) {
      if (known.serverId() != planned.serverId()) {
        continue;
      }
      boolean samePlace = known.dataDirectory().equals(planned.dataDirectory());
      if (samePlace && (known.isOnline() || known.lastTold().timeline() != null)) {
        return Check.failed(
            name,
            "%s is a member of the herd".formatted(known.label()),
            "Rebuild it, or choose another name and directory.");
      }
      if (!samePlace && Objects.equals(known.port(), planned.port())) {
        return Check.failed(
            name,
            "port %d is that of %s".formatted(planned.port(), known.label()),
            "Choose another port.");
      }
    }
    return Check.passed(name, "the host is asked again before anything is made");
  }

  private static Check another(Instance planned, Fleet fleet) {
    String name = "another server than the other members'";
    return fleet.members(planned.herdId()).stream()
            .anyMatch(
                m ->
                    m.serverId() == planned.serverId()
                        && !m.dataDirectory().equals(planned.dataDirectory()))
        ? Check.warning(
            name,
            "a member of the herd lies on it already",
            "It would be lost together with that one.")
        : Check.passed(name, fleet.serverOf(planned).name());
  }
}
