package io.matriarch.action.herd;

import io.matriarch.check.Check;
import io.matriarch.check.SiteChecks;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.ActionName;
import io.matriarch.job.Options;
import io.matriarch.job.Target;
import java.util.List;
import org.springframework.stereotype.Component;

/** Makes the best standby at another site the primary while both are alive. */
@Component
final class SwitchHerdToDr extends MoveHerd {

  @Override
  public ActionName name() {
    return new ActionName("herd.switch-to-dr");
  }

  @Override
  public String label() {
    return "Switch to DR";
  }

  @Override
  public String noun() {
    return "switch to the DR site";
  }

  @Override
  String rule() {
    return "By rule: the best at another site than the primary's: what people wish, then synchronous ones, then least lag.";
  }

  @Override
  public String help() {
    return "Makes the best standby at another site the primary, losing nothing; the present primary follows it, so that the way back needs no rebuild.";
  }

  @Override
  public List<Candidates.Ranked> candidates(long herdId, Fleet fleet) {
    return Candidates.elsewhere(herdId, fleet);
  }

  @Override
  List<Check> before(Target target, Fleet fleet, Options options) {
    return List.of(
        SiteChecks.elsewhere(
            target.id(), options.number("candidate"), candidates(target.id(), fleet), fleet));
  }
}
