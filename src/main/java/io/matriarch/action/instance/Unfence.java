package io.matriarch.action.instance;

import io.matriarch.action.step.LiftFence;
import io.matriarch.check.Check;
import io.matriarch.check.FenceChecks;
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

/** Makes a fenced instance what it was, if no other one accepts writes. */
@Component
final class Unfence extends InstanceAction {

  @Override
  public ActionName name() {
    return new ActionName("instance.unfence");
  }

  @Override
  public String label() {
    return "Unfence";
  }

  @Override
  public String help() {
    return "Takes back what makes it start read-only, or refuse whoever connects; if it is stopped it stays so, and starts as what it was. Refused while another member accepts writes.";
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return FenceChecks.forLifting(instance, fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    List<InstanceRef> others =
        fleet.members(instance.herdId()).stream()
            .filter(m -> m.id() != instance.id() && !m.copy())
            .map(m -> InstanceRef.of(m, fleet))
            .toList();
    return Plan.of(new LiftFence(InstanceRef.of(instance, fleet), others)).build();
  }
}
