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

  /** Running standbys that follow no running member of their herd; recorded copies aside. */
  public static List<Instance> strays(Instance primary, Fleet fleet) {
    return fleet.members(primary.herdId()).stream()
        .filter(i -> i.id() != primary.id() && !i.copy() && i.isOnline())
        .filter(i -> i.role() == Instance.Role.STANDBY && !follows(i, fleet))
        .toList();
  }

  private static boolean follows(Instance standby, Fleet fleet) {
    return fleet.members(standby.herdId()).stream()
        .anyMatch(
            i ->
                standby.upstreamId() != null
                    && i.id() == standby.upstreamId()
                    && i.isOnline()
                    && i.id() != standby.id());
  }

  public static List<Check> of(long herdId, Fleet fleet) {
    Optional<Instance> primary = fleet.primaryOf(herdId);
    List<Check> checks = new ArrayList<>();
    checks.add(SwitchoverChecks.primaryRuns(primary));
    checks.add(SwitchoverChecks.oneWriter(herdId, fleet));
    if (primary.isEmpty()) {
      return checks;
    }
    List<Instance> strays = strays(primary.get(), fleet);
    checks.add(
        strays.isEmpty()
            ? Check.failed(
                "a standby follows nobody",
                "each running standby follows a running member",
                "Nothing is to be done; a standby that does not stream although it follows has its reason in its log.")
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
