package io.matriarch.drill;

import io.matriarch.job.JobQueries;
import io.matriarch.job.StepKind;
import io.matriarch.job.StepRow;
import io.matriarch.job.StepState;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The report of a drill as PDF, for whoever asks for proof: what each herd's clients felt against
 * the objective, what was lost, and how long each step took. All times are UTC.
 */
@Component
public class DrillReport {

  private final Drills drills;
  private final JobQueries jobs;
  private final Clock clock;

  DrillReport(Drills drills, JobQueries jobs, Clock clock) {
    this.drills = drills;
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * Writes the report as it stands now.
   *
   * @throws NoSuchElementException if no job of that id is a drill
   */
  public void write(long jobId, OutputStream out) {
    DrillJobRow drill = drills.job(jobId).orElseThrow();
    List<DrillRow> herds = drills.of(jobId);
    try (ReportPages pages = new ReportPages(out, "DR drill, job " + jobId)) {
      summary(pages, drill, herds);
      herds.forEach(herd -> herd(pages, herd));
    }
  }

  private void summary(ReportPages pages, DrillJobRow drill, List<DrillRow> herds) {
    pages.heading("DR drill, job " + drill.jobId());
    pages.fact("Verdict", DrillTexts.verdict(drill));
    pages.fact("Confirmed", "%s by %s".formatted(at(drill.confirmedAt()), drill.requestedBy()));
    pages.fact("Environments", drill.environments());
    pages.fact(
        "Objective",
        drill.objectiveMillis() == null
            ? "none is set for the environment"
            : "clients wait at most " + DrillTexts.millis(drill.objectiveMillis()));
    pages.fact("Longest stall", DrillTexts.millis(drill.stallMillis()));
    pages.fact(
        "Failed statements",
        drill.failed() == null ? "no probe wrote" : Long.toString(drill.failed()));
    pages.fact("Made", at(clock.instant()));
    pages.table(
        List.of("Herd", "Environment", "From", "To", "There", "Back", "Failed", "Lost", "Verdict"),
        new float[] {3, 2, 2.6f, 2.6f, 1.5f, 1.5f, 1.2f, 1.5f, 2.2f},
        herds.stream().map(DrillReport::line).toList());
    pages.note(
        "There and Back: the longest write of a probe through the poolers, waiting included, or"
            + " (marked *) without a probe the time from the stop of one primary to the promotion of"
            + " the next. Lost: 0 B where the new primary was proven, before its promotion, to have"
            + " replayed all that the former one had written.");
  }

  private static List<String> line(DrillRow herd) {
    DrillLeg back = herd.back();
    return List.of(
        herd.herd(),
        herd.environment(),
        DrillTexts.or(herd.home(), "-"),
        DrillTexts.or(herd.dr(), "-"),
        DrillTexts.stall(herd.out()),
        back == null ? "-" : DrillTexts.stall(back),
        herd.failed() == null ? "-" : Long.toString(herd.failed()),
        DrillTexts.lost(herd),
        herd.state().word());
  }

  private void herd(ReportPages pages, DrillRow herd) {
    pages.section("%s (%s): %s".formatted(herd.herd(), herd.environment(), herd.state().word()));
    leg(pages, "There", herd.out());
    DrillLeg back = herd.back();
    if (back != null) {
      leg(pages, "Back", back);
    } else if (herd.note() != null) {
      pages.fact("Back", herd.note());
    }
  }

  private void leg(ReportPages pages, String way, DrillLeg leg) {
    pages.fact(
        way,
        "job %d, %s to %s, %s. %s"
            .formatted(
                leg.jobId(),
                at(leg.startedAt()),
                at(leg.endedAt()),
                leg.state(),
                DrillTexts.or(leg.message(), "")));
    pages.fact("Clients", DrillTexts.felt(leg));
    pages.fact("Rows", DrillTexts.kept(leg));
    pages.table(
        List.of("Step", "Began", "Took", "State"),
        new float[] {9, 2.6f, 1.3f, 1.6f},
        jobs.steps(leg.jobId(), leg.runId()).stream()
            .filter(step -> step.kind() == StepKind.STEP || step.state() != StepState.PENDING)
            .map(DrillReport::line)
            .toList());
  }

  private static List<String> line(StepRow step) {
    Instant began = step.startedAt();
    Instant ended = step.endedAt();
    return List.of(
        step.describe(),
        at(began),
        began == null || ended == null
            ? "-"
            : DrillTexts.millis(Duration.between(began, ended).toMillis()),
        step.state().name().toLowerCase(java.util.Locale.ROOT));
  }

  private static String at(@Nullable Instant at) {
    return at == null ? "-" : ReportPages.time(at);
  }
}
