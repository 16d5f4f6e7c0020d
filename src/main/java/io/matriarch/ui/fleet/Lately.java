package io.matriarch.ui.fleet;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.JobQueries;
import io.matriarch.job.RunRow;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.job.RunStates;
import java.util.List;

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
      String label = jobs.job(run.jobId()).map(job -> job.label()).orElse("Job " + run.jobId());
      Anchor link = new Anchor("jobs/" + run.jobId(), label);
      link.getElement().setAttribute("router-link", true);
      link.setTitle(run.targetName());
      Div line =
          new Div(
              link,
              new StateBadge(RunStates.of(run.state())),
              new Age(run.endedAt() == null ? run.startedAt() : run.endedAt()).suffix(" ago"));
      line.addClassName("lateline");
      add(line);
    }
  }
}
