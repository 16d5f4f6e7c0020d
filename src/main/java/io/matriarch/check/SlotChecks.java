package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import java.util.List;
import java.util.regex.Pattern;

/** What is looked at before a replication slot is created or dropped. */
public final class SlotChecks {

  /** Overrules {@link #answering}. */
  public static final String IGNORE_MISSING = "ignoreMissing";

  /** By ReplicationSlotValidateName of PostgreSQL. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,63}");

  private SlotChecks() {}

  /** Before one is created. */
  public static List<Check> forCreating(Instance instance, String slot, Fleet fleet) {
    return List.of(
        named(slot),
        InstanceChecks.reachable(instance, fleet),
        running(instance, fleet),
        InstanceChecks.unmanaged(instance));
  }

  /** Before one is dropped. */
  public static List<Check> forDropping(Instance instance, String slot, Fleet fleet) {
    return List.of(
        named(slot),
        InstanceChecks.reachable(instance, fleet),
        running(instance, fleet),
        answering(instance, fleet),
        InstanceChecks.unmanaged(instance));
  }

  private static Check named(String slot) {
    String name = "the name of the slot";
    return NAME.matcher(slot).matches()
        ? Check.passed(name, slot)
        : Check.failed(
            name,
            slot.isEmpty() ? "is missing" : slot + " is none",
            "Give 1 to 63 lower-case letters, digits and underscores.");
  }

  private static Check running(Instance instance, Fleet fleet) {
    String name = "it runs";
    return instance.isOnline()
        ? Check.passed(name, fleet.serverOf(instance).name()).observedAt(instance.seenAt())
        : Check.failed(name, instance.state().toString(), "Start it first.")
            .observedAt(instance.seenAt());
  }

  private static Check answering(Instance instance, Fleet fleet) {
    String name = "members that may use it answer";
    List<String> silent =
        fleet.members(instance.herdId()).stream()
            .filter(m -> m.id() != instance.id() && !m.isOnline())
            .map(m -> fleet.serverOf(m).name())
            .toList();
    return silent.isEmpty()
        ? Check.passed(name, "each other member is asked")
        : Check.failed(
                name,
                String.join(", ", silent) + " cannot be asked whether it uses the slot",
                "Bring them back, or make sure that they do not.")
            .overruledBy(IGNORE_MISSING);
  }
}
