package io.matriarch.action.herd;

import io.matriarch.action.step.CreateSlots;
import io.matriarch.action.step.FollowPrimary;
import io.matriarch.action.step.ProvePrimary;
import io.matriarch.check.Check;
import io.matriarch.check.FollowChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import java.util.List;
import org.springframework.stereotype.Component;

/** Makes those standbys follow a herd's present primary that follow nobody who runs. */
@Component
final class FollowHerdPrimary extends MendHerd {

  private static final String CASCADES = "cascades";

  FollowHerdPrimary() {
    super(
        "herd.follow-primary",
        "Make standbys follow",
        "Makes the standbys that follow no running member stream from the server that is primary now, without a restart.");
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.flag(
            CASCADES,
            "Also those that follow another standby",
            "Such as one that found the former primary again, which is a standby now. Otherwise they are left as they are."));
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    return FollowChecks.of(target.id(), fleet, options.flag(CASCADES));
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    InstanceRef ref = InstanceRef.of(primary, fleet);
    String address = fleet.serverOf(primary).address();
    List<Instance> strays = FollowChecks.strays(primary, fleet, options.flag(CASCADES));
    Plan.Builder plan =
        Plan.of(new ProvePrimary(ref))
            .then(new CreateSlots(ref, strays.stream().map(FollowHerdPrimary::slot).toList()));
    strays.forEach(
        stray ->
            plan.then(new FollowPrimary(InstanceRef.of(stray, fleet), ref, address, slot(stray))));
    return plan.build();
  }

  private static String slot(Instance member) {
    return "matriarch_" + member.id();
  }
}
