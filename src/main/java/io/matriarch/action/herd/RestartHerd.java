package io.matriarch.action.herd;

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

/** Restarts the members of a herd one by one, the standbys first. */
@Component
final class RestartHerd extends HerdAction {

  @Override
  public ActionName name() {
    return new ActionName("herd.restart");
  }

  @Override
  public String label() {
    return "Restart";
  }

  @Override
  public String help() {
    return "Restarts one member after the other: the standbys, then the primary.";
  }

  @Override
  public boolean disrupts() {
    return true;
  }

  @Override
  boolean standbysFirst() {
    return true;
  }

  @Override
  List<Check> memberChecks(Instance member, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(member, fleet),
        InstanceChecks.unmanaged(member),
        InstanceChecks.commandable(member, fleet, Verb.START),
        InstanceChecks.onlyPrimary(member, fleet),
        InstanceChecks.dependants(member, fleet));
  }

  @Override
  Plan plan(List<Instance> members, Fleet fleet, Options options) {
    Instance first = members.getFirst();
    Plan.Builder plan = Plan.of(stop(first, fleet)).onFailure(StartPostgres.of(first, fleet));
    plan.then(StartPostgres.of(first, fleet));
    for (Instance member : members.subList(1, members.size())) {
      StartPostgres start = StartPostgres.of(member, fleet);
      plan.then(stop(member, fleet)).onFailure(start).then(start);
    }
    return plan.build();
  }

  private static StopPostgres stop(Instance member, Fleet fleet) {
    return StopPostgres.of(member, fleet, StopMode.FAST);
  }
}
