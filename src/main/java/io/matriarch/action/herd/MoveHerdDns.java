package io.matriarch.action.herd;

import io.matriarch.action.step.MoveDns;
import io.matriarch.check.Check;
import io.matriarch.check.DnsChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import java.util.List;
import org.springframework.stereotype.Component;

/** Leads all DNS records of a herd to its present primary, where they have drifted from it. */
@Component
final class MoveHerdDns extends MendHerd {

  MoveHerdDns() {
    super(
        "herd.move-dns",
        "Point DNS at the primary",
        "Changes every record of the herd to the server that is primary now, and sees every server of its zone answer it.");
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
