package io.matriarch.ui.job;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.JobRow;
import io.matriarch.ui.component.Figures;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A bar, and in words: how many are done, how many failed or were cancelled, how long it may still
 * take.
 */
final class JobProgress extends Div {

  JobProgress(JobRow job, Clock clock) {
    addClassName("jobprogress");
    long done = job.succeeded() + job.failed();
    Div good = part("good", job.succeeded(), job.runs());
    Div bad = part("failed", job.unwell(), job.runs());
    Div idle = part("cancelled", job.cancelled(), job.runs());
    Div busy = part("busy", job.running(), job.runs());
    Div track = new Div(good, bad, idle, busy);
    track.addClassName("track");
    track.getElement().setAttribute("role", "progressbar");
    track.getElement().setAttribute("aria-label", "Runs that have ended");
    track.getElement().setAttribute("aria-valuemax", String.valueOf(job.runs()));
    track.getElement().setAttribute("aria-valuenow", String.valueOf(done));
    add(track, new Span(words(job, done, clock)));
  }

  private static Div part(String name, long number, long all) {
    Div part = new Div();
    part.addClassName(name);
    part.getStyle().setWidth(all == 0 ? "0" : (100.0 * number / all) + "%");
    return part;
  }

  private static String words(JobRow job, long done, Clock clock) {
    List<String> words = new ArrayList<>();
    words.add("%s of %s done".formatted(Figures.count(done), Figures.count(job.runs())));
    if (job.unwell() > 0) {
      words.add(Figures.count(job.unwell()) + " not well");
    }
    if (job.cancelled() > 0) {
      words.add(Figures.count(job.cancelled()) + " cancelled");
    }
    if (job.runs() > 1) {
      words.add(job.parallelism() + " at a time");
    }
    if (job.startedAt() != null && job.endedAt() != null) {
      words.add("took " + Figures.duration(Duration.between(job.startedAt(), job.endedAt())));
    } else if (job.startedAt() != null && done > 0 && done < job.runs()) {
      Duration so = Duration.between(job.startedAt(), clock.instant());
      words.add(
          "about %s left"
              .formatted(Figures.duration(so.multipliedBy(job.runs() - done).dividedBy(done))));
    }
    if (job.cancelledAt() != null && job.endedAt() == null) {
      words.add("cancelling: running ones stop at their next safe point");
    }
    return String.join(" · ", words);
  }
}
