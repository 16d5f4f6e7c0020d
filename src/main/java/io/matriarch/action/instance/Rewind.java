package io.matriarch.action.instance;

import io.matriarch.action.step.CreateSlots;
import io.matriarch.action.step.RewindStandby;
import io.matriarch.check.Check;
import io.matriarch.check.RewindChecks;
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

/** Rebuilds a former primary or a diverged standby, so that it follows its herd's primary again. */
@Component
final class Rewind extends InstanceAction {

  private static final String DISCARD = "discard";

  @Override
  public ActionName name() {
    return new ActionName("instance.rewind");
  }

  @Override
  public String label() {
    return "Rewind";
  }

  @Override
  public String help() {
    return "Takes back what a former primary or a standby has past the point where it parted from the primary (pg_rewind), and makes it follow.";
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
    return List.of(
        OptionSpec.flag(
            DISCARD,
            "Throw away transactions that only this server has",
            "Without it, a server that committed something past the fork is left untouched, and how many is said."),
        IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return RewindChecks.of(instance, fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(instance.herdId()).orElseThrow();
    String slot = "matriarch_" + instance.id();
    // Detached work goes on when the console dies; whoever takes over must go on with it.
    return Plan.of(new CreateSlots(InstanceRef.of(primary, fleet), List.of(slot)))
        .pointOfNoReturn()
        .then(RewindStandby.of(instance, primary, fleet, slot, options.flag(DISCARD)))
        .build();
  }
}
