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

/** Brings a herd home that was moved to another site: to whoever was primary there. */
@Component
final class SwitchHerdBack extends MoveHerd {

  @Override
  public ActionName name() {
    return new ActionName("herd.switch-back");
  }

  @Override
  public String label() {
    return "Switch back";
  }

  @Override
  public String noun() {
    return "switch back";
  }

  @Override
  String rule() {
    return "By rule: whoever was primary before the herd left its site, else the best one beside it.";
  }

  @Override
  public String help() {
    return "Makes the member primary again that was it before the herd was moved to another site; if that cannot, the best one beside it.";
  }

  @Override
  public List<Candidates.Ranked> candidates(long herdId, Fleet fleet) {
    return Candidates.atHome(herdId, fleet);
  }

  @Override
  List<Check> before(Target target, Fleet fleet, Options options) {
    return List.of(SiteChecks.away(target.id(), fleet));
  }
}
