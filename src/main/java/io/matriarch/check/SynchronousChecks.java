package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What comes of it if so many standbys must have each commit. */
public final class SynchronousChecks {

  /** Overrules {@link #enough}. */
  public static final String IGNORE_WAITING = "ignoreWaiting";

  private SynchronousChecks() {}

  /**
   * @param needed how many must have a commit
   * @param members ids of those that count; empty for all standbys
   */
  public static List<Check> of(long herdId, int needed, List<Long> members, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(herdId);
    checks.add(primary(primary, fleet));
    if (primary.isPresent()) {
      checks.add(known(herdId, members, fleet));
      checks.add(enough(primary.get(), needed, counting(herdId, members, fleet), fleet));
    }
    return checks;
  }

  /** Standbys that count; those that receive from another standby never do. */
  public static List<Instance> counting(long herdId, List<Long> members, Fleet fleet) {
    return fleet.members(herdId).stream()
        .filter(m -> members.isEmpty() ? !m.copy() && !m.fenced() : members.contains(m.id()))
        .filter(m -> fleet.primaryOf(herdId).filter(p -> p.id() == m.id()).isEmpty())
        .toList();
  }

  private static Check primary(Optional<Instance> primary, Fleet fleet) {
    String name = "the primary serves";
    if (primary.filter(p -> p.state() instanceof InstanceState.Primary).isEmpty()) {
      return Check.failed(name, "none does", "Bring the primary back first.");
    }
    return Check.passed(name, fleet.serverOf(primary.get()).name())
        .observedAt(primary.get().seenAt());
  }

  private static Check known(long herdId, List<Long> members, Fleet fleet) {
    String name = "those that count are members";
    List<Long> strange =
        members.stream()
            .filter(id -> fleet.members(herdId).stream().noneMatch(m -> m.id() == id))
            .toList();
    return strange.isEmpty()
        ? Check.passed(name, members.isEmpty() ? "all standbys" : members.size() + " named")
        : Check.failed(name, "instances %s are not".formatted(strange), "Name members only.");
  }

  private static Check enough(Instance primary, int needed, List<Instance> counting, Fleet fleet) {
    String name = "what commits wait for";
    if (needed == 0) {
      return Check.warning(
          name,
          "for no standby",
          "Commits are faster, and a failover may lose what was acknowledged last.");
    }
    List<Instance> streaming =
        counting.stream()
            .filter(m -> m.state() instanceof InstanceState.Standby)
            .filter(m -> Objects.equals(m.upstreamId(), primary.id()))
            .toList();
    String seen =
        "for %d of %s, of which %s"
            .formatted(
                needed,
                names(counting, fleet),
                streaming.isEmpty()
                    ? "none receives from " + fleet.serverOf(primary).name()
                    : names(streaming, fleet)
                        + (streaming.size() == 1 ? " receives" : " receive")
                        + " from "
                        + fleet.serverOf(primary).name());
    if (streaming.size() < needed) {
      return Check.failed(
              name, seen, "No commit would return: ask for fewer, or bring others back.")
          .overruledBy(IGNORE_WAITING);
    }
    return streaming.size() == needed
        ? Check.warning(
            name,
            seen,
            "Each of them is needed: if one is lost or restarted, no commit returns until it is back.")
        : Check.passed(name, seen);
  }

  private static String names(List<Instance> instances, Fleet fleet) {
    return instances.isEmpty()
        ? "none"
        : instances.stream().map(i -> fleet.serverOf(i).name()).collect(Collectors.joining(", "));
  }
}
