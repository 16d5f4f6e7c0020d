package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a standby may follow another member, by what the inventory knows. */
public final class UpstreamChecks {

  private UpstreamChecks() {}

  /** Members that a standby may be pointed at, the primary first. */
  public static List<Instance> legal(Instance standby, Fleet fleet) {
    return fleet.members(standby.herdId()).stream()
        .filter(m -> whyNot(standby, m, fleet) == null)
        .sorted(
            java.util.Comparator.comparing(
                (Instance m) -> m.role() == Instance.Role.PRIMARY ? 0 : 1))
        .toList();
  }

  public static List<Check> of(Instance standby, Optional<Instance> upstream, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    checks.add(standbyRuns(standby));
    checks.add(
        upstream
            .map(u -> mayFollow(standby, u, fleet))
            .orElseGet(
                () ->
                    Check.failed(
                        "whom to follow",
                        "no such member runs",
                        "Choose a running member of its herd.")));
    checks.add(InstanceChecks.reachable(standby, fleet));
    checks.add(InstanceChecks.unmanaged(standby));
    upstream.ifPresent(
        u -> {
          Check reachable = InstanceChecks.reachable(u, fleet);
          checks.add(
              reachable.named("%s: %s".formatted(fleet.serverOf(u).name(), reachable.name())));
        });
    return checks;
  }

  private static Check standbyRuns(Instance standby) {
    String name = "it is a running standby";
    return standby.state() instanceof InstanceState.Standby
        ? Check.passed(name, "running as a standby").observedAt(standby.seenAt())
        : Check.failed(
                name,
                standby.state().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT),
                "Rebuild makes a standby of one that is stopped or went its own way.")
            .observedAt(standby.seenAt());
  }

  private static Check mayFollow(Instance standby, Instance upstream, Fleet fleet) {
    String name = "it may follow " + fleet.serverOf(upstream).name();
    String why = whyNot(standby, upstream, fleet);
    return why == null
        ? Check.passed(
                name,
                upstream.role() == Instance.Role.PRIMARY
                    ? "the primary"
                    : "a standby, which sends on what it gets")
            .observedAt(upstream.seenAt())
        : Check.failed(name, why, "Choose another member.").observedAt(upstream.seenAt());
  }

  private static @Nullable String whyNot(Instance standby, Instance upstream, Fleet fleet) {
    if (standby.id() == upstream.id()) {
      return "it is itself";
    }
    if (upstream.copy()) {
      return "that is a copy of this herd that went its own way";
    }
    if (upstream.fenced()) {
      return "that is fenced, and follows nobody";
    }
    if (!upstream.isOnline()) {
      return "that does not run";
    }
    if (!standby.major().equals(upstream.major())) {
      return "that is PostgreSQL %s, and it is %s".formatted(upstream.major(), standby.major());
    }
    if (follows(upstream, standby, fleet)) {
      return "that follows it, directly or by others, and a circle receives nothing";
    }
    return null;
  }

  private static boolean follows(Instance below, Instance above, Fleet fleet) {
    Set<Long> seen = new HashSet<>();
    Instance at = below;
    while (at.upstreamId() != null && seen.add(at.id())) {
      if (at.upstreamId() == above.id()) {
        return true;
      }
      Instance next = fleet.instance(at.upstreamId()).orElse(null);
      if (next == null) {
        return false;
      }
      at = next;
    }
    return false;
  }
}
