package io.matriarch.action.instance;

import io.matriarch.action.step.DropUnusedSlot;
import io.matriarch.check.Check;
import io.matriarch.check.SlotChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.security.Role;
import java.util.List;
import org.springframework.stereotype.Component;

/** Drops a replication slot that nobody uses, and with it the WAL that it keeps. */
@Component
final class DropSlot extends InstanceAction {

  private static final String LOGICAL = "logical";

  @Override
  public ActionName name() {
    return new ActionName("instance.drop-slot");
  }

  @Override
  public String label() {
    return "Drop slot";
  }

  @Override
  public String noun() {
    return "slot to be dropped";
  }

  @Override
  public String help() {
    return "Drops a replication slot that nobody uses, so that the WAL that it keeps can go. Refused while somebody receives by it, or a member is set to.";
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.name(CreateSlot.SLOT, "Name of the slot", "As the instance's page shows it."),
        OptionSpec.flag(
            LOGICAL,
            "Drop it although it is a logical one",
            "Its reader loses its place and must start anew."),
        OptionSpec.flag(
            SlotChecks.IGNORE_MISSING,
            "Go ahead although members do not answer that may use it",
            "One that does could not receive what it lacks when it is back, and would have to be rebuilt."),
        IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet, Options options) {
    return SlotChecks.forDropping(instance, options.get(CreateSlot.SLOT), fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    List<InstanceRef> others =
        fleet.members(instance.herdId()).stream()
            .filter(m -> m.id() != instance.id())
            .map(m -> InstanceRef.of(m, fleet))
            .toList();
    return Plan.of(
            new DropUnusedSlot(
                InstanceRef.of(instance, fleet),
                options.get(CreateSlot.SLOT),
                others,
                options.flag(LOGICAL),
                options.flag(SlotChecks.IGNORE_MISSING)))
        .build();
  }
}
