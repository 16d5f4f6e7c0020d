package io.matriarch.job;

import io.matriarch.inventory.Fleet;
import java.util.List;
import java.util.Optional;

/** Whether what was confirmed still is what would be done. */
record Recheck(Catalogue catalogue, StepCodec codec) {

  /** Why the run must not begin. */
  Optional<String> refusal(Owned run, Fleet fleet) {
    Optional<Action> action = catalogue.find(run.action());
    if (action.isEmpty()) {
      return Optional.of(
          "This version knows no action %s; nothing was done.".formatted(run.action()));
    }
    if (Planner.nameOf(run.target(), fleet).isEmpty()) {
      return Optional.of(
          "%s is no longer in the inventory; nothing was done.".formatted(run.targetName()));
    }
    Options options = frozen(action.get(), run);
    List<String> failed =
        action.get().checks(run.target(), fleet, options).stream()
            .filter(c -> Planner.refuses(c, options))
            .map(c -> c.name() + ": " + c.seen() + ". " + c.remedy())
            .toList();
    if (!failed.isEmpty()) {
      return Optional.of(
          "The herd changed since you confirmed; nothing was done. " + String.join(" ", failed));
    }
    Plan now = action.get().plan(run.target(), fleet, options);
    String hash = StepCodec.hash(codec.write(Planner.complete(now, run.target(), fleet)));
    return hash.equals(run.planHash())
        ? Optional.empty()
        : Optional.of(
            "The herd changed since you confirmed: what would be done now is not what was shown. Nothing was done; look at the plan again.");
  }

  /** A plan that this version cannot read is not what it would plan now. */
  private Options frozen(Action action, Owned run) {
    try {
      return action.frozen(run.options(), codec.read(run.plan()));
    } catch (StepCodec.UnknownStep e) {
      return run.options();
    }
  }
}
