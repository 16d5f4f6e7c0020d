package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.util.List;
import java.util.Optional;

/** What is looked at before an instance is kept from writing, and before that is taken back. */
public final class FenceChecks {

  private FenceChecks() {}

  /** Before it is fenced. */
  public static List<Check> forFencing(Instance instance, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(instance, fleet),
        InstanceChecks.unmanaged(instance),
        replaced(instance, fleet),
        InstanceChecks.dependants(instance, fleet));
  }

  /** Before its fence is lifted. */
  public static List<Check> forLifting(Instance instance, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(instance, fleet),
        InstanceChecks.unmanaged(instance),
        alone(instance, fleet));
  }

  private static Check replaced(Instance instance, Fleet fleet) {
    String name = "another member accepts writes";
    return writer(instance, fleet)
        .map(w -> Check.passed(name, fleet.serverOf(w).name()).observedAt(w.seenAt()))
        .orElseGet(
            () ->
                instance.role() == Instance.Role.PRIMARY
                    ? Check.warning(
                        name,
                        "none does",
                        "Its herd has no primary once it is fenced; to put another one in its place, fail over.")
                    : Check.passed(name, "it is a standby"));
  }

  private static Check alone(Instance instance, Fleet fleet) {
    String name = "no other member accepts writes";
    return writer(instance, fleet)
        .map(
            w ->
                Check.failed(
                        name,
                        "%s does".formatted(fleet.serverOf(w).name()),
                        "Rewind this one, and it follows; without its fence it would start as a second primary.")
                    .observedAt(w.seenAt()))
        .orElseGet(() -> Check.passed(name, "none is seen to"));
  }

  private static Optional<Instance> writer(Instance instance, Fleet fleet) {
    return fleet.members(instance.herdId()).stream()
        .filter(i -> i.id() != instance.id() && !i.copy())
        .filter(i -> i.state() instanceof InstanceState.Primary)
        .findFirst();
  }
}
