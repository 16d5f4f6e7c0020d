package io.matriarch.action.herd;

import io.matriarch.check.Check;
import io.matriarch.check.SwitchoverChecks;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A switch while both sides are alive; whom it may choose is what tells one from the other. */
abstract class MoveHerd implements Action {

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.HERD);
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
    return SwitchoverHerd.switchOptions(rule());
  }

  /** Whom the rule chooses, in a sentence. */
  abstract String rule();

  @Override
  public Options frozen(Options options, Plan confirmed) {
    return SwitchoverHerd.frozenCandidate(options, confirmed);
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    List<Check> checks = new ArrayList<>(before(target, fleet, options));
    checks.addAll(
        SwitchoverChecks.of(
            target.id(),
            options.number("candidate"),
            candidates(target.id(), fleet),
            options.number("pauseLimit"),
            options.number("pauseExpiry"),
            fleet));
    return checks;
  }

  /** What must hold besides. */
  List<Check> before(Target target, Fleet fleet, Options options) {
    return List.of();
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    return steps(target, fleet, options).build();
  }

  final Plan.Builder steps(Target target, Fleet fleet, Options options) {
    return SwitchoverHerd.stepsAfter(
        null, primary(target, fleet), chosen(target, fleet, options), fleet, options);
  }

  static Instance primary(Target target, Fleet fleet) {
    return fleet.primaryOf(target.id()).orElseThrow();
  }

  final Instance chosen(Target target, Fleet fleet, Options options) {
    return Candidates.chosen(
            target.id(), options.number("candidate"), candidates(target.id(), fleet), fleet)
        .orElseThrow();
  }
}
