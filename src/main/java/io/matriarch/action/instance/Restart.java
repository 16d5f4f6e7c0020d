package io.matriarch.action.instance;

import io.matriarch.action.step.StartPostgres;
import io.matriarch.action.step.StopMode;
import io.matriarch.action.step.StopPostgres;
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

/** Stops an instance (fast) and starts it again; whatever happens in between, it is started. */
@Component
final class Restart extends InstanceAction {

  @Override
  public ActionName name() {
    return new ActionName("instance.restart");
  }

  @Override
  public String label() {
    return "Restart";
  }

  @Override
  public String help() {
    return "Stops PostgreSQL in mode fast and starts it again; a stopped instance is started.";
  }

  @Override
  public boolean disrupts() {
    return true;
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(instance, fleet),
        InstanceChecks.unmanaged(instance),
        InstanceChecks.commandable(instance, fleet, Verb.START),
        InstanceChecks.onlyPrimary(instance, fleet),
        InstanceChecks.dependants(instance, fleet));
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    StartPostgres start = StartPostgres.of(instance, fleet);
    return Plan.of(StopPostgres.of(instance, fleet, StopMode.FAST))
        .onFailure(start)
        .then(start)
        .build();
  }
}
