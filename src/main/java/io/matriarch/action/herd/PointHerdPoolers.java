package io.matriarch.action.herd;

import io.matriarch.action.step.LeadPoolers;
import io.matriarch.check.Check;
import io.matriarch.check.PoolerChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Leads all poolers of a herd to its present primary, where they have drifted from it. */
@Component
final class PointHerdPoolers implements Action {

  @Override
  public ActionName name() {
    return new ActionName("herd.point-poolers");
  }

  @Override
  public boolean mends() {
    return true;
  }

  @Override
  public String label() {
    return "Point poolers at the primary";
  }

  @Override
  public String help() {
    return "Leads clients of every pooler of the herd to the server that is primary now, without a pause; sessions elsewhere end with their transaction.";
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
