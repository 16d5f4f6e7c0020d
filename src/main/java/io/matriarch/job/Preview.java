package io.matriarch.job;

import io.matriarch.check.Check;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job would do now: for each target its checks and, unless they refuse, its steps.
 *
 * @param planHash covers the plans of all targets in order; give it back to submit just this
 */
public record Preview(String label, List<TargetPreview> targets, String planHash) {

  /**
   * One target: {@code steps} is empty when its checks refuse.
   *
   * @param wave when it begins, from 1; null when its checks refuse
   */
  public record TargetPreview(
      Target target,
      String name,
      @Nullable Long environmentId,
      List<Check> checks,
      boolean refused,
      List<PlannedStep> steps,
      String planHash,
      @Nullable Integer wave) {

    TargetPreview in(int number) {
      return new TargetPreview(
          target, name, environmentId, checks, refused, steps, planHash, number);
    }
  }

  /**
   * A line of a plan.
   *
   * @param pastPoint whether it lies past the point of no return
   */
  public record PlannedStep(
      StepKind kind, String describe, List<Step.HostCommand> commands, boolean pastPoint) {}

  public List<TargetPreview> refused() {
    return targets.stream().filter(TargetPreview::refused).toList();
  }

  public List<TargetPreview> accepted() {
    return targets.stream().filter(t -> !t.refused()).toList();
  }
}
