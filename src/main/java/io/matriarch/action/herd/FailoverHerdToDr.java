package io.matriarch.action.herd;

import io.matriarch.check.Check;
import io.matriarch.check.SiteChecks;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.ActionName;
import io.matriarch.job.Options;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Makes a standby at another site the primary because the present one's site is gone or given up.
 */
@Component
final class FailoverHerdToDr extends FailoverHerd {

  @Override
  public ActionName name() {
    return new ActionName("herd.failover-to-dr");
  }

  @Override
  public String label() {
    return "Fail over to DR";
  }

  @Override
  public String noun() {
    return "failover to the DR site";
  }

  @Override
  public String help() {
    return "Makes a standby at another site the primary because the present one is gone or given up, whoever else is left at its own site; that is kept from writing first, and what it alone has is lost.";
  }

  @Override
  String rule() {
    return "By rule: whoever has come furthest at another site than the primary's.";
  }

  @Override
  public List<Candidates.Ranked> candidates(long herdId, Fleet fleet) {
    return Candidates.elsewhereForFailover(herdId, fleet);
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        SiteChecks.elsewhere(
            target.id(), options.number("candidate"), candidates(target.id(), fleet), fleet));
    checks.addAll(super.checks(target, fleet, options));
    return checks;
  }
}
