package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is looked at before standbys are made to follow a herd's present primary. */
public final class FollowChecks {

  private FollowChecks() {}

  /**
   * Running standbys that do not follow the primary; recorded copies aside.
   *
   * @param cascades also those that follow another running member
   */
  public static List<Instance> strays(Instance primary, Fleet fleet, boolean cascades) {
    return fleet.members(primary.herdId()).stream()
        .filter(i -> i.id() != primary.id() && !i.copy() && i.isOnline())
        .filter(i -> i.role() == Instance.Role.STANDBY && !follows(i, primary))
        .filter(i -> cascades || !isCascade(i, fleet))
        .toList();
  }

  private static boolean follows(Instance standby, Instance primary) {
    return standby.upstreamId() != null && standby.upstreamId() == primary.id();
  }

  private static boolean isCascade(Instance standby, Fleet fleet) {
    return fleet.members(standby.herdId()).stream()
        .anyMatch(i -> follows(standby, i) && i.isOnline());
  }

  /** Before {@link #strays} follow; each of them is named. */
  public static List<Check> of(long herdId, Fleet fleet, boolean cascades) {
    Optional<Instance> primary = fleet.primaryOf(herdId);
    List<Check> checks = new ArrayList<>();
    checks.add(SwitchoverChecks.primaryRuns(primary));
    checks.add(SwitchoverChecks.oneWriter(herdId, fleet));
    if (primary.isEmpty()) {
      return checks;
    }
    List<Instance> strays = strays(primary.get(), fleet, cascades);
    checks.add(
        strays.isEmpty()
            ? Check.failed(
                "a standby follows nobody",
                cascades
                    ? "each running standby follows the primary"
                    : "each running standby follows a running member",
                cascades
                    ? "Nothing is to be done; a standby that does not stream all the same has its reason in its log."
                    : "Choose to take along those that follow another standby, if they should not.")
            : Check.passed(
                "a standby follows nobody",
                strays.stream()
                    .map(s -> fleet.serverOf(s).name())
                    .collect(Collectors.joining(", "))));
    for (Instance member : strays) {
      checks.add(on(member, fleet, InstanceChecks.reachable(member, fleet)));
      checks.add(on(member, fleet, InstanceChecks.unmanaged(member)));
    }
    checks.add(on(primary.get(), fleet, InstanceChecks.reachable(primary.get(), fleet)));
    return checks;
  }

  private static Check on(Instance member, Fleet fleet, Check check) {
    return check.named("%s: %s".formatted(fleet.serverOf(member).name(), check.name()));
  }
}
