package io.matriarch.action.instance;

import io.matriarch.action.step.FenceMember;
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

/** Keeps an instance from writing, whoever starts it, until it is rewound or the fence lifted. */
@Component
final class Fence extends InstanceAction {

  @Override
  public ActionName name() {
    return new ActionName("instance.fence");
  }

  @Override
  public String label() {
    return "Fence";
  }

  @Override
  public String help() {
    return "Stops it whatever holds it, and makes it start read-only and following nobody, whoever starts it; Rewind or Unfence ends that.";
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public boolean disrupts() {
    return true;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return FenceChecks.forFencing(instance, fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    return Plan.of(new FenceMember(InstanceRef.of(instance, fleet))).build();
  }
}
