package io.matriarch.action.herd;

import io.matriarch.action.step.RunHooks;
import io.matriarch.check.Check;
import io.matriarch.check.DnsChecks;
import io.matriarch.hook.HookPhase;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import java.util.List;
import org.springframework.stereotype.Component;

/** Runs the scripts that follow a switch of primaries once more. */
@Component
final class RunHerdHooks extends MendHerd {

  RunHerdHooks() {
    super(
        "herd.run-hooks",
        "Run the hooks of a switch again",
        "Runs the scripts that follow a switch of primaries, with the server that is primary now; for when one of them failed.");
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
