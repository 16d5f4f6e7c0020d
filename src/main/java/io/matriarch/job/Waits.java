package io.matriarch.job;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the queued runs of a job wait for, in words. */
public final class Waits {

  private final JobRow job;
  private final int front;
  private final long running;
  private final List<RunRow> canaries;

  private Waits(JobRow job, List<RunRow> runs) {
    this.job = job;
    this.front =
        runs.stream()
            .filter(r -> !r.state().isEnded())
            .map(RunRow::wave)
            .filter(Objects::nonNull)
            .min(Integer::compare)
            .orElse(1);
    this.running = runs.stream().filter(r -> r.state() == RunState.RUNNING).count();
    this.canaries =
        job.waves().canary() == null
            ? List.of()
            : runs.stream().filter(r -> Objects.equals(r.wave(), 1)).toList();
  }

  public static Waits of(JobRow job, List<RunRow> runs) {
    return new Waits(job, runs);
  }

  /** Null when the run does not wait. */
  public @Nullable String of(RunRow run) {
    if (run.state() != RunState.QUEUED) {
      return null;
    }
    if (job.scheduled()) {
      return "its window to open";
    }
    if (run.wave() != null && run.wave() > front) {
      return front == 1 && !canaries.isEmpty() ? canary() : "the end of wave " + (run.wave() - 1);
    }
    if (run.heldBy() != null && run.heldBy() != job.id()) {
      return "job %d, which holds its herd".formatted(run.heldBy());
    }
    if (front > 1 && running == 0 && job.waves().pause() != null) {
      return "the pause of %d s after wave %d"
          .formatted(job.waves().pause().toSeconds(), front - 1);
    }
    return "its turn";
  }

  private String canary() {
    return canaries.size() == 1
        ? "the canary, " + canaries.getFirst().targetName()
        : "the %d canaries".formatted(canaries.size());
  }
}
