package io.matriarch.action.instance;

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

/** Makes an instance read its configuration files again. */
@Component
final class Reload extends InstanceAction {

  @Override
  public ActionName name() {
    return new ActionName("instance.reload");
  }

  @Override
  public String label() {
    return "Reload";
  }

  @Override
  public String help() {
    return "Makes PostgreSQL read its configuration files again; nobody is disconnected.";
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(instance, fleet),
        InstanceChecks.unmanaged(instance),
        InstanceChecks.commandable(instance, fleet, Verb.RELOAD));
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    return Plan.of(ReloadPostgres.of(instance, fleet)).build();
  }
}
