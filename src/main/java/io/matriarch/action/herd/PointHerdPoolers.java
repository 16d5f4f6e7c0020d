package io.matriarch.action.herd;

import io.matriarch.action.step.LeadPoolers;
import io.matriarch.check.Check;
import io.matriarch.check.PoolerChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Target;
import java.util.List;
import org.springframework.stereotype.Component;

/** Leads all poolers of a herd to its present primary, where they have drifted from it. */
@Component
final class PointHerdPoolers extends MendHerd {

  PointHerdPoolers() {
    super(
        "herd.point-poolers",
        "Point poolers at the primary",
        "Leads clients of every pooler of the herd to the server that is primary now, without a pause; sessions elsewhere end with their transaction.");
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    return PoolerChecks.forPointing(target.id(), fleet);
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    InstanceRef ref = InstanceRef.of(primary, fleet);
    Server to = new Server(fleet.serverOf(primary).address(), ref.cluster().port());
    List<PoolerRef> poolers =
        fleet.poolersOf(target.id()).stream().map(p -> PoolerRef.of(p, fleet)).toList();
    return Plan.of(new LeadPoolers(poolers, ref, to)).build();
  }
}
