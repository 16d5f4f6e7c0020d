package io.matriarch.action.herd;

import io.matriarch.action.step.MakeCluster;
import io.matriarch.action.step.RebuildStandby;
import io.matriarch.action.step.SeedStandby;
import io.matriarch.check.Check;
import io.matriarch.check.CreationChecks;
import io.matriarch.check.InstanceChecks;
import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Expected;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.inventory.Position;
import io.matriarch.inventory.Server;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.postgres.Rebuild.Aside;
import io.matriarch.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes a new standby of a herd's primary on a server that is known. */
@Component
final class CreateStandby implements Action {

  private static final String SERVER = "server";
  private static final String PORT = "port";
  private static final String CLUSTER = "cluster";
  private static final String DIRECTORY = "directory";
  private static final String MAX_RATE = "maxRate";

  @Override
  public ActionName name() {
    return new ActionName("herd.create-standby");
  }

  @Override
  public String label() {
    return "Create standby";
  }

  @Override
  public String noun() {
    return "standby to be created";
  }

  @Override
  public String help() {
    return "Makes a new standby of the primary on another server: the cluster by Debian's tools where they are, the configuration and all data of the primary, a slot, and a verified start.";
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.HERD);
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.server(
            SERVER,
            "On which server",
            "One of the herd's environment that has its version of PostgreSQL."),
        OptionSpec.number(PORT, "Port", 0, "0 for the primary's."),
        OptionSpec.name(
            CLUSTER,
            "Name of the cluster",
            "As Debian's tools are to know it; nothing for the primary's, or main."),
        OptionSpec.text(
            DIRECTORY,
            "Data directory",
            "Nothing for the primary's, or where Debian's tools put a cluster of that name. It must be empty or not there."),
        OptionSpec.number(
            MAX_RATE, "Send at most so many MB a second over the network", 0, "0 for no limit."),
        OptionSpec.flag(
            InstanceChecks.IGNORE_MANAGER,
            "Go ahead although another manager is in charge",
            "Patroni, repmgr and their like undo what they did not do themselves."));
  }

  @Override
  public Set<Long> servers(Options options) {
    return options.number(SERVER) == 0 ? Set.of() : Set.of((long) options.number(SERVER));
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    Server server = server(fleet, options);
    List<Check> checks = new ArrayList<>(CreationChecks.before(target.id(), server, fleet));
    Optional<Instance> primary = fleet.primaryOf(target.id());
    if (checks.stream().noneMatch(Check::hasFailed) && primary.isPresent() && server != null) {
      checks.addAll(
          CreationChecks.of(planned(server, primary.get(), options), primary.get(), fleet));
    }
    return checks;
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    Server server = Objects.requireNonNull(server(fleet, options));
    Instance planned = planned(server, primary, options);
    Expected expected =
        new Expected(
            server.id(),
            target.id(),
            planned.dataDirectory(),
            Objects.requireNonNull(planned.port()),
            planned.socketDirectory(),
            planned.binDirectory(),
            planned.configFile(),
            Objects.requireNonNull(planned.owner()),
            planned.debianCluster(),
            planned.unit(),
            Objects.requireNonNull(planned.versionNum()));
    String debian = planned.debianCluster();
    return Plan.of(
            new MakeCluster(
                InstanceRef.of(planned, fleet),
                InstanceRef.of(primary, fleet),
                expected,
                debian == null ? null : debian.substring(debian.indexOf('/') + 1),
                Objects.requireNonNullElse(fleet.herdOf(primary).systemIdentifier(), "")))
        // Detached work goes on when the console dies; whoever takes over must go on with it.
        .pointOfNoReturn()
        .then(
            new SeedStandby(
                expected,
                RebuildStandby.of(
                    planned,
                    primary,
                    fleet,
                    "",
                    RebuildStandby.Way.BASE_BACKUP,
                    false,
                    Aside.REMOVE,
                    Math.min(options.number(MAX_RATE), 1024))))
        .build();
  }

  private static @Nullable Server server(Fleet fleet, Options options) {
    return fleet.servers().get((long) options.number(SERVER));
  }

  /** As it would be; it has no id before the inventory gives it one. */
  private static Instance planned(Server server, Instance primary, Options options) {
    boolean debian = "debian".equals(server.osFamily());
    String cluster = debian ? primary.major() + "/" + cluster(primary, options) : null;
    boolean systemd = "systemd".equals(server.init());
    return new Instance(
        0,
        server.id(),
        primary.herdId(),
        directory(primary, cluster, options),
        options.number(PORT) == 0 ? primary.port() : Integer.valueOf(options.number(PORT)),
        debian ? "/var/run/postgresql" : primary.socketDirectory(),
        debian ? "/usr/lib/postgresql/%s/bin".formatted(primary.major()) : primary.binDirectory(),
        debian
            ? "/etc/postgresql/%s/postgresql.conf".formatted(cluster)
            : directory(primary, null, options) + "/postgresql.conf",
        Objects.requireNonNullElse(primary.owner(), "postgres"),
        cluster,
        systemd && cluster != null
            ? "postgresql@%s.service".formatted(cluster.replace('/', '-'))
            : null,
        primary.versionNum(),
        Instance.Role.STANDBY,
        new InstanceState.Unreachable("it is being made", null),
        primary.id(),
        null,
        null,
        false,
        null,
        null,
        null,
        null,
        Candidacy.NEUTRAL,
        Position.UNKNOWN,
        false,
        null);
  }

  private static String cluster(Instance primary, Options options) {
    String own = primary.debianCluster();
    String asked = options.get(CLUSTER);
    return !asked.isEmpty() ? asked : own == null ? "main" : own.substring(own.indexOf('/') + 1);
  }

  private static String directory(Instance primary, @Nullable String cluster, Options options) {
    String asked = options.get(DIRECTORY);
    if (!asked.isEmpty()) {
      return asked;
    }
    return cluster == null || cluster.equals(primary.debianCluster())
        ? primary.dataDirectory()
        : "/var/lib/postgresql/" + cluster;
  }
}
