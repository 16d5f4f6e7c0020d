package io.matriarch.ui.fleet;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRow;
import io.matriarch.job.RunRow;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.job.RunStates;
import java.util.List;
import java.util.Optional;

/** The last runs on something, each a way to its job. */
final class Lately extends Div {

  private final transient JobQueries jobs;

  Lately(JobQueries jobs) {
    this.jobs = jobs;
    addClassName("lately");
  }

  void show(List<RunRow> runs) {
    removeAll();
    if (runs.isEmpty()) {
      Span nothing = new Span("Nothing was done here yet.");
      nothing.addClassName("mute");
      add(nothing);
    }
    for (RunRow run : runs) {
      Optional<JobRow> job = jobs.job(run.jobId());
      boolean scheduled = job.filter(JobRow::scheduled).isPresent() && !run.state().isEnded();
      String label = job.map(JobRow::label).orElse("Job " + run.jobId());
      boolean several = runs.stream().filter(other -> other.jobId() == run.jobId()).count() > 1;
      Anchor link =
          new Anchor(
              "jobs/" + run.jobId(), several ? "%s: %s".formatted(run.targetName(), label) : label);
      link.getElement().setAttribute("router-link", true);
      link.setTitle("%s: %s".formatted(run.targetName(), label));
      Div line =
          new Div(
              link,
              new StateBadge(scheduled ? RunStates.of(job.get()) : RunStates.of(run.state())),
              scheduled
                  ? new Time(job.get().window().notBefore()).toTheMinute()
                  : new Age(run.endedAt() == null ? run.startedAt() : run.endedAt())
                      .suffix(" ago"));
      line.addClassName("lateline");
      add(line);
    }
  }
}
