package io.matriarch.action.instance;

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
import java.util.List;
import org.springframework.stereotype.Component;

/** Stops an instance and proves that it is down. */
@Component
final class Stop extends InstanceAction {

  @Override
  public ActionName name() {
    return new ActionName("instance.stop");
  }

  @Override
  public String label() {
    return "Stop";
  }

  @Override
  public String help() {
    return "Stops PostgreSQL and proves that no process of it is left.";
  }

  @Override
  public boolean disrupts() {
    return true;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.choice(
            "mode",
            "Mode",
            StopMode.words(),
            StopMode.FAST.word(),
            "smart waits for clients to leave, fast ends their sessions, immediate leaves crash recovery to the next start."),
        IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return List.of(
        InstanceChecks.reachable(instance, fleet),
        InstanceChecks.unmanaged(instance),
        InstanceChecks.commandable(instance, fleet, Verb.STOP),
        InstanceChecks.dependants(instance, fleet));
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    return Plan.of(StopPostgres.of(instance, fleet, StopMode.of(options.get("mode")))).build();
  }
}
