package io.matriarch.action.instance;

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

/** Starts an instance, unless that would make a second primary. */
@Component
final class Start extends InstanceAction {

  @Override
  public ActionName name() {
    return new ActionName("instance.start");
  }

  @Override
  public String label() {
    return "Start";
  }

  @Override
  public String help() {
    return "Starts PostgreSQL and waits until it accepts connections.";
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(instance, fleet),
        InstanceChecks.unmanaged(instance),
        InstanceChecks.commandable(instance, fleet, Verb.START),
        InstanceChecks.onlyPrimary(instance, fleet));
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    return Plan.of(StartPostgres.of(instance, fleet)).build();
  }
}
