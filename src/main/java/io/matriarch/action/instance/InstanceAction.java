package io.matriarch.action.instance;

import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Set;

/** What the actions on single instances have in common. */
abstract class InstanceAction implements Action {

  static final OptionSpec IGNORE_MANAGER =
      OptionSpec.flag(
          InstanceChecks.IGNORE_MANAGER,
          "Go ahead although another manager is in charge",
          "Patroni, repmgr and their like undo what they did not do themselves.");

  @Override
  public final Set<TargetKind> targets() {
    return Set.of(TargetKind.INSTANCE);
  }

  @Override
  public Role requires() {
    return Role.OPERATOR;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(IGNORE_MANAGER);
  }

  @Override
  public final List<Check> checks(Target target, Fleet fleet, Options options) {
    return checks(instance(target, fleet), fleet, options);
  }

  @Override
  public final Plan plan(Target target, Fleet fleet, Options options) {
    return plan(instance(target, fleet), fleet, options);
  }

  /** Those that depend on no option. */
  List<Check> checks(Instance instance, Fleet fleet) {
    return List.of();
  }

  List<Check> checks(Instance instance, Fleet fleet, Options options) {
    return checks(instance, fleet);
  }

  abstract Plan plan(Instance instance, Fleet fleet, Options options);

  private static Instance instance(Target target, Fleet fleet) {
    return fleet
        .instance(target.id())
        .orElseThrow(() -> new IllegalArgumentException("no instance " + target.id()));
  }
}
