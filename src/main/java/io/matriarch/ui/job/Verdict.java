package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import io.matriarch.check.Check;
import io.matriarch.check.Check.Outcome;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How the checks of a target came out, in a word. */
record Verdict(long passed, long warnings, long failed, boolean refused) {

  static Verdict of(TargetPreview target) {
    return new Verdict(
        count(target, Outcome.PASSED),
        count(target, Outcome.WARNING),
        count(target, Outcome.FAILED),
        target.refused());
  }

  private static long count(TargetPreview target, Outcome outcome) {
    return target.checks().stream().filter(check -> check.outcome() == outcome).count();
  }

  /** The check that people should read first, unless all passed. */
  static Optional<Check> complaint(TargetPreview target) {
    return target.checks().stream()
        .filter(check -> check.outcome() != Outcome.PASSED)
        .max(Comparator.comparing(Check::outcome));
  }

  /** 2 refused, 1 with warnings, 0 fine. */
  int severity() {
    return refused ? 2 : warnings + failed > 0 ? 1 : 0;
  }

  StateText word() {
    if (refused) {
      return StateText.of("refused", Tone.BAD);
    }
    if (failed > 0) {
      return StateText.of(failed + " overruled", Tone.WARN);
    }
    return warnings > 0
        ? StateText.of(Figures.count(warnings, "warning", "warnings"), Tone.WARN)
        : StateText.of(Figures.count(passed, "check", "checks") + " passed", Tone.DONE);
  }

  /** Counts of each outcome. */
  List<Component> badges() {
    List<Component> badges = new ArrayList<>();
    if (failed > 0) {
      badges.add(
          new StateBadge(
              refused
                  ? StateText.of(failed + " failed", Tone.BAD)
                  : StateText.of(failed + " overruled", Tone.WARN)));
    }
    if (warnings > 0) {
      badges.add(
          new StateBadge(StateText.of(Figures.count(warnings, "warning", "warnings"), Tone.WARN)));
    }
    if (passed > 0) {
      badges.add(new StateBadge(StateText.of(passed + " passed", Tone.DONE)));
    }
    return badges;
  }
}
