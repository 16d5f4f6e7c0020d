package io.matriarch.action.herd;

import io.matriarch.action.step.ReloadPostgres;
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

/** Makes the members of a herd read their configuration files again. */
@Component
final class ReloadHerd extends HerdAction {

  @Override
  public ActionName name() {
    return new ActionName("herd.reload");
  }

  @Override
  public String label() {
    return "Reload";
  }

  @Override
  public String help() {
    return "Makes every member read its configuration files again; nobody is disconnected.";
  }

  @Override
  List<Check> memberChecks(Instance member, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(member, fleet),
        InstanceChecks.unmanaged(member),
        InstanceChecks.commandable(member, fleet, Verb.RELOAD));
  }

  @Override
  Plan plan(List<Instance> members, Fleet fleet, Options options) {
    Plan.Builder plan = Plan.of(ReloadPostgres.of(members.getFirst(), fleet));
    members.stream().skip(1).forEach(m -> plan.then(ReloadPostgres.of(m, fleet)));
    return plan.build();
  }
}
