package io.matriarch.action.instance;

import io.matriarch.action.step.CreateSlots;
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

/** Creates a physical replication slot that keeps WAL from now on. */
@Component
final class CreateSlot extends InstanceAction {

  static final String SLOT = "slot";

  @Override
  public ActionName name() {
    return new ActionName("instance.create-slot");
  }

  @Override
  public String label() {
    return "Create slot";
  }

  @Override
  public String noun() {
    return "slot to be created";
  }

  @Override
  public String help() {
    return "Creates a physical replication slot, which keeps WAL from now on until somebody receives it. The slots of our own switches make themselves.";
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.name(SLOT, "Name of the slot", "Lower-case letters, digits and underscores."),
        IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet, Options options) {
    return SlotChecks.forCreating(instance, options.get(SLOT), fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    return Plan.of(new CreateSlots(InstanceRef.of(instance, fleet), List.of(options.get(SLOT))))
        .build();
  }
}
