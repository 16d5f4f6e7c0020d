package io.matriarch.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.matriarch.job.ByteProgress;
import io.matriarch.job.JobRow;
import io.matriarch.job.RunRow;
import io.matriarch.job.StepRow;
import io.matriarch.job.Waits;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A job with its runs and their steps. */
@Schema(name = "JobDetail")
record JobDetailJson(@JsonUnwrapped JobJson job, List<RunJson> runs) {

  /** One target of a job. */
  @Schema(name = "Run")
  record RunJson(
      long id,
      int ordinal,
      JobBody.TargetBody target,
      String name,
      String state,
      @Schema(description = "It begins when the lower ones have ended; null if refused at once")
          @Nullable Integer wave,
      @Schema(description = "What a queued run waits for") @Nullable String waitsFor,
      @Nullable String message,
      @Schema(description = "What is left to do, each with the action that does it")
          List<String> remainder,
      int attempt,
      @Schema(description = "The console that carries it out") @Nullable String node,
      boolean pastPoint,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      List<StepJson> steps) {}

  /** One step or cleanup of a run. */
  @Schema(name = "Step")
  record StepJson(
      int ordinal,
      @Schema(description = "step, on_failure, always, last") String kind,
      String describe,
      List<PreviewJson.CommandJson> commands,
      @Schema(description = "PENDING, RUNNING, SUCCEEDED, FAILED, SKIPPED") String state,
      @Nullable String message,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Schema(description = "How far a long step has come") @Nullable ProgressJson progress) {

    static StepJson of(StepRow row) {
      return new StepJson(
          row.ordinal(),
          row.kind().name().toLowerCase(Locale.ROOT),
          row.describe(),
          row.commands().stream().map(PreviewJson.CommandJson::of).toList(),
          row.state().name(),
          row.message(),
          row.startedAt(),
          row.endedAt(),
          row.progress() == null ? null : ProgressJson.of(row.progress()));
    }
  }

  /** How far a step has come. */
  @Schema(name = "Progress")
  record ProgressJson(
      @Schema(description = "What is being done") String what,
      @Schema(description = "Bytes") long done,
      @Schema(description = "Bytes; null if not known") @Nullable Long total,
      @Schema(description = "Bytes a second; null before it is told twice")
          @Nullable Long bytesPerSecond,
      @Schema(description = "Seconds left at that rate; null if that cannot be said")
          @Nullable Long secondsLeft,
      @Nullable Instant at) {

    static ProgressJson of(ByteProgress p) {
      return new ProgressJson(
          p.what(),
          p.done(),
          p.total() == 0 ? null : p.total(),
          p.rate().orElse(null),
          p.left().map(Duration::toSeconds).orElse(null),
          p.at());
    }
  }

  static JobDetailJson of(JobRow job, List<RunRow> runs, List<StepRow> steps) {
    Map<Long, List<StepRow>> byRun = steps.stream().collect(Collectors.groupingBy(StepRow::runId));
    Waits waits = Waits.of(job, runs);
    return new JobDetailJson(
        JobJson.of(job),
        runs.stream()
            .map(r -> run(r, waits.of(r), byRun.getOrDefault(r.id(), List.of())))
            .toList());
  }

  private static RunJson run(RunRow row, @Nullable String waitsFor, List<StepRow> steps) {
    return new RunJson(
        row.id(),
        row.ordinal(),
        JobBody.TargetBody.of(row.target()),
        row.targetName(),
        row.state().name(),
        row.wave(),
        waitsFor,
        row.message(),
        row.remainder(),
        row.attempt(),
        row.node(),
        row.pastPoint(),
        row.startedAt(),
        row.endedAt(),
        steps.stream().map(StepJson::of).toList());
  }
}
