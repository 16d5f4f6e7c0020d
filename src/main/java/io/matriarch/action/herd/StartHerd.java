package io.matriarch.action.herd;

import io.matriarch.action.step.StartPostgres;
import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import java.util.List;
import org.springframework.stereotype.Component;

/** Starts the members of a herd, the primary first. */
@Component
final class StartHerd extends HerdAction {

  @Override
  public ActionName name() {
    return new ActionName("herd.start");
  }

  @Override
  public String label() {
    return "Start";
  }

  @Override
  public String help() {
    return "Starts the members that are stopped, the primary first.";
  }

  @Override
  List<Check> memberChecks(Instance member, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(member, fleet),
        InstanceChecks.unmanaged(member),
        InstanceChecks.commandable(member, fleet, Verb.START),
        InstanceChecks.onlyPrimary(member, fleet));
  }

  @Override
  Plan plan(List<Instance> members, Fleet fleet, Options options) {
    Plan.Builder plan = Plan.of(StartPostgres.of(members.getFirst(), fleet));
    members.stream().skip(1).forEach(m -> plan.then(StartPostgres.of(m, fleet)));
    return plan.build();
  }
}
