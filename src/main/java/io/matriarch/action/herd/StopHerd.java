package io.matriarch.action.herd;

import io.matriarch.action.step.StopMode;
import io.matriarch.action.step.StopPostgres;
import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Stops the members of a herd, the primary first so that the standbys receive all of its WAL. */
@Component
final class StopHerd extends HerdAction {

  @Override
  public ActionName name() {
    return new ActionName("herd.stop");
  }

  @Override
  public String label() {
    return "Stop";
  }

  @Override
  public String help() {
    return "Stops the primary first, so that its standbys receive all of its WAL, then the standbys.";
  }

  @Override
  public boolean disrupts() {
    return true;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(super.options());
    options.add(
        OptionSpec.choice(
            "mode",
            "Mode",
            StopMode.words(),
            StopMode.FAST.word(),
            "smart waits for clients to leave, fast ends their sessions, immediate leaves crash recovery to the next start."));
    return options;
  }

  @Override
  List<Check> memberChecks(Instance member, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(member, fleet),
        InstanceChecks.unmanaged(member),
        InstanceChecks.commandable(member, fleet, Verb.STOP),
        InstanceChecks.dependants(member, fleet));
  }

  @Override
  Plan plan(List<Instance> members, Fleet fleet, Options options) {
    StopMode mode = StopMode.of(options.get("mode"));
    Plan.Builder plan = Plan.of(StopPostgres.of(members.getFirst(), fleet, mode));
    members.stream().skip(1).forEach(m -> plan.then(StopPostgres.of(m, fleet, mode)));
    return plan.build();
  }
}
