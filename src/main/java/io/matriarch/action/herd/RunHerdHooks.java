package io.matriarch.action.herd;

import io.matriarch.action.step.RunHooks;
import io.matriarch.check.Check;
import io.matriarch.check.DnsChecks;
import io.matriarch.hook.HookPhase;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Runs the scripts that follow a switch of primaries once more. */
@Component
final class RunHerdHooks implements Action {

  @Override
  public ActionName name() {
    return new ActionName("herd.run-hooks");
  }

  @Override
  public boolean mends() {
    return true;
  }

  @Override
  public String label() {
    return "Run the hooks of a switch again";
  }

  @Override
  public String help() {
    return "Runs the scripts that follow a switch of primaries, with the server that is primary now; for when one of them failed.";
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.HERD);
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    return DnsChecks.forHooks(target.id(), fleet);
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    return Plan.of(
            new RunHooks(
                HookPhase.POST_SWITCHOVER,
                fleet.hooks().post(),
                HerdDns.facts(null, primary, fleet),
                InstanceRef.of(primary, fleet),
                SwitchoverHerd.HOOK_SECONDS))
        .build();
  }
}
