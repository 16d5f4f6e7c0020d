package io.matriarch.action.herd;

import io.matriarch.action.step.HoldDrill;
import io.matriarch.check.Check;
import io.matriarch.check.SiteChecks;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Rehearses the loss of a site: switches to DR, proves that the herd serves there, and holds; the
 * console then asks for the way back as a job of its own.
 */
@Component
final class DrillHerd extends MoveHerd {

  /** How long all herds stay after the last one came; read where the way back is asked for. */
  private static final String HOLD_MINUTES = "holdMinutes";

  private static final long STANDARD_MINUTES = 10;
  private static final int MOST_MINUTES = 24 * 60;

  @Override
  public ActionName name() {
    return new ActionName("herd.drill");
  }

  @Override
  public String label() {
    return "Drill DR";
  }

  @Override
  public String noun() {
    return "drill";
  }

  @Override
  String rule() {
    return "By rule: the best at another site than the primary's: what people wish, then synchronous ones, then least lag.";
  }

  @Override
  public String help() {
    return "Switches to the DR site, proves that the herd serves there, holds, and switches back; a report tells what clients felt, against the objective of the environment.";
  }

  @Override
  public List<OptionSpec> options() {
    return Stream.concat(
            Stream.of(
                OptionSpec.number(
                    HOLD_MINUTES,
                    "Minutes at the DR site",
                    STANDARD_MINUTES,
                    "Counted from when the last herd of the job is there; then all go back together, as a job of its own.")),
            super.options().stream())
        .toList();
  }

  @Override
  public List<Candidates.Ranked> candidates(long herdId, Fleet fleet) {
    return Candidates.elsewhere(herdId, fleet);
  }

  @Override
  List<Check> before(Target target, Fleet fleet, Options options) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        SiteChecks.elsewhere(
            target.id(), options.number("candidate"), candidates(target.id(), fleet), fleet));
    checks.add(SiteChecks.homeAllowed(target.id(), fleet));
    String name = "the drill ends by itself";
    int minutes = options.number(HOLD_MINUTES);
    checks.add(
        minutes <= MOST_MINUTES
            ? Check.passed(name, "the way back is asked for after %d min".formatted(minutes))
            : Check.failed(
                name,
                "it would hold for %d min".formatted(minutes),
                "Hold for at most %d min; to stay longer, switch to DR.".formatted(MOST_MINUTES)));
    return checks;
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    InstanceRef candidate = InstanceRef.of(chosen(target, fleet, options), fleet);
    InstanceRef home = InstanceRef.of(primary(target, fleet), fleet);
    return steps(target, fleet, options)
        .then(new HoldDrill(candidate, home.server(), options.number(HOLD_MINUTES)))
        .needs(SwitchoverHerd.promotion(candidate))
        .build();
  }
}
