package io.matriarch.api;

import io.matriarch.check.Check;
import io.matriarch.job.Preview;
import io.matriarch.job.Step;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a job would do, target by target. */
@Schema(name = "Preview")
record PreviewJson(
    String label,
    List<TargetJson> targets,
    @Schema(description = "Give it back with POST /api/jobs to have just this done")
        String planHash) {

  /** One target: no steps when its checks refuse. */
  @Schema(name = "PreviewTarget")
  record TargetJson(
      JobBody.TargetBody target,
      String name,
      boolean refused,
      List<CheckJson> checks,
      List<StepJson> steps,
      String planHash,
      @Schema(description = "It begins when the lower ones have ended; null if refused")
          @Nullable Integer wave) {

    static TargetJson of(Preview.TargetPreview preview) {
      return new TargetJson(
          JobBody.TargetBody.of(preview.target()),
          preview.name(),
          preview.refused(),
          preview.checks().stream().map(CheckJson::of).toList(),
          preview.steps().stream().map(StepJson::of).toList(),
          preview.planHash(),
          preview.wave());
    }
  }

  /** One thing that was looked at beforehand. */
  @Schema(name = "Check")
  record CheckJson(
      String name,
      @Schema(description = "passed, warning, failed") String outcome,
      String seen,
      String threshold,
      @Nullable Instant observedAt,
      String remedy,
      @Schema(description = "The option that overrules it") @Nullable String overruledBy) {

    static CheckJson of(Check check) {
      return new CheckJson(
          check.name(),
          check.outcome().name().toLowerCase(Locale.ROOT),
          check.seen(),
          check.threshold(),
          check.observedAt(),
          check.remedy(),
          check.overruledBy());
    }
  }

  /** A line of a plan. */
  @Schema(name = "PlannedStep")
  record StepJson(
      String describe,
      List<CommandJson> commands,
      @Schema(description = "step, on_failure, always, last") String kind,
      @Schema(description = "Past the point of no return") boolean pastPoint) {

    static StepJson of(Preview.PlannedStep step) {
      return new StepJson(
          step.describe(),
          step.commands().stream().map(CommandJson::of).toList(),
          step.kind().name().toLowerCase(Locale.ROOT),
          step.pastPoint());
    }
  }

  /** A command and the server it runs on. */
  @Schema(name = "Command")
  record CommandJson(String host, String command) {

    static CommandJson of(Step.HostCommand command) {
      return new CommandJson(command.host(), command.command());
    }
  }

  static PreviewJson of(Preview preview) {
    return new PreviewJson(
        preview.label(),
        preview.targets().stream().map(TargetJson::of).toList(),
        preview.planHash());
  }
}
