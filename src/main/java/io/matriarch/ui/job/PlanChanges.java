package io.matriarch.ui.job;

import io.matriarch.check.Check;
import io.matriarch.job.Preview;
import io.matriarch.job.Preview.PlannedStep;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is different between the plan that was shown and the plan of now, in sentences. */
final class PlanChanges {

  private PlanChanges() {}

  static List<String> between(Preview shown, Preview now) {
    Map<Target, TargetPreview> before = new HashMap<>();
    shown.targets().forEach(target -> before.put(target.target(), target));
    List<String> changes = new ArrayList<>();
    for (TargetPreview target : now.targets()) {
      TargetPreview earlier = before.get(target.target());
      if (earlier != null) {
        change(earlier, target).ifPresent(changes::add);
      }
    }
    return changes;
  }

  private static Optional<String> change(TargetPreview before, TargetPreview now) {
    if (now.refused() && !before.refused()) {
      return Optional.of(now.name() + " is refused now: " + refusal(now));
    }
    if (!now.refused() && before.refused()) {
      return Optional.of(now.name() + " passes its checks now");
    }
    return now.planHash().equals(before.planHash())
        ? Optional.empty()
        : Optional.of(now.name() + ": " + firstDifference(before.steps(), now.steps()));
  }

  static String refusal(TargetPreview target) {
    return target.checks().stream()
        .filter(Check::hasFailed)
        .findFirst()
        .map(check -> check.name() + ", " + check.seen())
        .orElse("a check failed");
  }

  private static String firstDifference(List<PlannedStep> before, List<PlannedStep> now) {
    for (int i = 0; i < Math.min(before.size(), now.size()); i++) {
      PlannedStep old = before.get(i);
      PlannedStep fresh = now.get(i);
      if (!old.describe().equals(fresh.describe())) {
        return "\"%s\" instead of \"%s\"".formatted(fresh.describe(), old.describe());
      }
      if (!old.commands().equals(fresh.commands())) {
        return "another command to " + fresh.describe();
      }
    }
    return before.size() == now.size()
        ? "its plan was made anew"
        : "%d lines instead of %d".formatted(now.size(), before.size());
  }
}
