package io.matriarch.ui.fleet;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.JobRow;
import io.matriarch.ui.component.Time;
import java.util.List;
import java.util.Objects;

/** Says which jobs will change something in a herd when their window opens. */
final class ScheduledNotice extends Div {

  private transient List<JobRow> shown = List.of();

  ScheduledNotice() {
    addClassName("scheduled");
  }

  void show(List<JobRow> jobs) {
    // Pages refresh often, and a link must not be replaced under the pointer.
    if (!jobs.equals(shown)) {
      shown = List.copyOf(jobs);
      removeAll();
      jobs.forEach(job -> add(line(job)));
    }
  }

  private static Div line(JobRow job) {
    Anchor link = new Anchor("jobs/" + job.id(), job.label());
    link.getElement().setAttribute("router-link", true);
    Div line =
        new Div(
            link,
            new Span(" is scheduled for "),
            new Time(Objects.requireNonNull(job.window().notBefore())).toTheMinute());
    if (job.window().notAfter() != null) {
      line.add(new Span(" to "), new Time(job.window().notAfter()).toTheMinute());
    }
    line.add(new Span(", by " + job.requestedBy() + "."));
    line.addClassName("notice");
    return line;
  }
}
