package io.matriarch.action.herd;

import io.matriarch.action.step.MoveDns;
import io.matriarch.check.Check;
import io.matriarch.check.DnsChecks;
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

/** Leads all DNS records of a herd to its present primary, where they have drifted from it. */
@Component
final class MoveHerdDns implements Action {

  @Override
  public ActionName name() {
    return new ActionName("herd.move-dns");
  }

  @Override
  public boolean mends() {
    return true;
  }

  @Override
  public String label() {
    return "Point DNS at the primary";
  }

  @Override
  public String help() {
    return "Changes every record of the herd to the server that is primary now, and sees every server of its zone answer it.";
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
    return DnsChecks.forMoving(target.id(), fleet);
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    return Plan.of(new MoveDns(HerdDns.moves(null, primary, fleet), InstanceRef.of(primary, fleet)))
        .build();
  }
}
