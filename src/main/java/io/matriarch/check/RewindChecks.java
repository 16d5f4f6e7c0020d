package io.matriarch.check;

import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must hold before a member is rewound onto its herd's primary, by what the inventory knows.
 */
public final class RewindChecks {

  private static final int OLDEST = 130_000;

  private RewindChecks() {}

  public static List<Check> of(Instance target, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(target.herdId());
    checks.add(SwitchoverChecks.primaryRuns(primary));
    checks.add(another(target, primary));
    checks.add(takesNoWrites(target));
    checks.add(oneWriter(target, fleet));
    checks.add(InstanceChecks.reachable(target, fleet));
    checks.add(InstanceChecks.unmanaged(target));
    checks.add(InstanceChecks.commandable(target, fleet, Verb.START));
    checks.add(configuration(target));
    primary.ifPresent(
        p -> {
          checks.add(named(InstanceChecks.reachable(p, fleet), fleet.serverOf(p).name()));
          checks.add(version(target, p));
        });
    checks.add(InstanceChecks.dependants(target, fleet));
    return checks;
  }

  private static Check named(Check check, String server) {
    return check.named(check.name() + " (" + server + ")");
  }

  private static Check another(Instance target, Optional<Instance> primary) {
    String name = "it is not the primary";
    if (target.copy()) {
      return Check.failed(
          name,
          "it is a copy of this herd that went its own way on purpose",
          "Leave it, or remove it; a copy is no standby.");
    }
    return primary.isPresent() && primary.get().id() == target.id()
        ? Check.failed(
            name,
            "it is the primary of its herd",
            "Rewind the member that is not to be primary; a switchover changes which one that is.")
        : Check.passed(name, "another member is");
  }

  private static Check takesNoWrites(Instance target) {
    String name = "it accepts no writes";
    return target.state() instanceof InstanceState.Primary p
        ? Check.failed(
                name,
                "it runs as a primary",
                "See which one clients write to, and stop the other first; what only that one has is lost by a rewind.")
            .observedAt(p.observedAt())
        : Check.passed(
                name, target.state().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT))
            .observedAt(target.seenAt());
  }

  /** A second writer beside both would leave it open whom to follow. */
  private static Check oneWriter(Instance target, Fleet fleet) {
    return SwitchoverChecks.oneWriter(target.herdId(), fleet);
  }

  private static Check configuration(Instance target) {
    String name = "where its configuration lies is known";
    String config = target.configFile();
    return config != null
        ? Check.passed(name, config)
        : Check.warning(
            name,
            "the agent has not said",
            "It is looked for in the data directory; if it lies elsewhere, nothing is touched.");
  }

  private static Check version(Instance target, Instance primary) {
    Integer version = target.versionNum();
    String name = "PostgreSQL 13 or newer, of one major version";
    if (version == null || primary.versionNum() == null) {
      return Check.failed(name, "a version is not known", "Wait for a report of its agent.");
    }
    return version >= OLDEST && target.major().equals(primary.major())
        ? Check.passed(name, target.major())
        : Check.failed(
            name,
            "%s, and the primary is %s".formatted(target.major(), primary.major()),
            "Rebuild it from a base backup.");
  }
}
