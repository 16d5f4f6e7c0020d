package io.matriarch.action.herd;

import io.matriarch.action.step.Promotion;
import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Step;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Makes a standby the primary while both are alive, without losing a row: clients pause, the
 * primary is stopped and its last LSN proven on the candidate before that is promoted.
 */
@Component
final class SwitchoverHerd extends MoveHerd {

  private static final String RULE =
      "By rule: what people wish, then the same site, then synchronous ones, then least lag.";

  /** How long one script on the console's host may take. */
  static final int HOOK_SECONDS = 60;

  @Override
  public ActionName name() {
    return new ActionName("herd.switchover");
  }

  @Override
  public String label() {
    return "Switch over";
  }

  @Override
  public String noun() {
    return "switchover";
  }

  @Override
  String rule() {
    return RULE;
  }

  @Override
  public String help() {
    return "Makes a standby the primary while both are alive; clients behind the poolers wait for a moment and notice nothing else.";
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(super.options());
    options.add(
        OptionSpec.flag(
            Switch.FAST,
            "Promote before the old primary has stopped",
            "The fast variant: clients do not wait for its shutdown, which takes long where there is much to write or archive. Its pg_hba.conf lets nobody in meanwhile; it is rewound afterwards, always."));
    return options;
  }

  @Override
  List<Check> before(Target target, Fleet fleet, Options options) {
    return options.flag(Switch.FAST)
        ? List.of(
            Check.warning(
                "the old primary stops before another one leads",
                "not in the fast variant that you chose",
                "Its pg_hba.conf, seen to refuse, keeps everybody from writing to it meanwhile, and it is rewound afterwards; leave the option out unless its shutdown takes too long."))
        : List.of();
  }

  static List<OptionSpec> switchOptions() {
    return switchOptions(RULE);
  }

  /**
   * @param rule whom the rule chooses, in a sentence
   */
  static List<OptionSpec> switchOptions(String rule) {
    return List.of(
        OptionSpec.member("candidate", "New primary", rule + " What is confirmed is frozen."),
        OptionSpec.number(
            "pauseLimit",
            "Seconds for open transactions to end",
            10,
            "Longer ones end the attempt."),
        OptionSpec.number(
            "pauseExpiry",
            "Seconds after which a pause ends by itself",
            60,
            "The worst that a paused client waits, whatever happens to this console."),
        OptionSpec.name(
            Switch.PROBE,
            "Login of a probe",
            "Writes through each pooler and tells what clients feel; the .pgpass of the pooler's owner has its password."),
        OptionSpec.choice(
            "synchronous",
            "If synchronous standbys do not follow in time",
            List.of(Switch.HOLD, "asynchronous"),
            Switch.HOLD,
            "Only where commits wait for standbys. hold: clients go on and their commits wait until enough follow. asynchronous: no commit waits until then, with an alarm in the log; a loss of the new primary in that time would lose rows."),
        OptionSpec.flag(
            ReadinessChecks.IGNORE_READINESS,
            "Go ahead although checks fail that endanger no data",
            "Such as a failing archiver, a running base backup, lag, or a logical slot that would be lost; what else fails refuses all the same."),
        OptionSpec.flag(
            InstanceChecks.IGNORE_MANAGER,
            "Go ahead although another manager is in charge",
            "Patroni, repmgr and their like undo what they did not do themselves."));
  }

  static Options frozenCandidate(Options options, Plan confirmed) {
    return confirmed.entries().stream()
        .map(Plan.Entry::step)
        .filter(Promotion.class::isInstance)
        .map(step -> ((Promotion) step).candidate().id())
        .findFirst()
        .map(id -> options.with("candidate", Long.toString(id)))
        .orElse(options);
  }

  /**
   * The steps of a switch, behind others of the same plan.
   *
   * @param before null for none
   */
  static Plan.Builder stepsAfter(
      Plan.@Nullable Builder before, Instance old, Instance chosen, Fleet fleet, Options options) {
    return new Switch(old, chosen, fleet, options).plan(before);
  }

  /** The step past the point that all the others need. */
  static Step promotion(InstanceRef candidate) {
    return Switch.promotion(candidate);
  }
}
