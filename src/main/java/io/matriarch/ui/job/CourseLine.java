package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.JobRow;
import io.matriarch.job.RunRow;
import io.matriarch.job.Waves;
import io.matriarch.job.Window;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** When a job may begin, and how its targets follow each other; nothing when that is usual. */
final class CourseLine extends Div {

  CourseLine() {
    addClassName("course");
  }

  void show(JobRow job, List<RunRow> runs) {
    removeAll();
    List<Component> parts = new ArrayList<>();
    window(job, parts);
    waves(job, runs).forEach(text -> parts.add(new Span(text)));
    parts.forEach(this::add);
    setVisible(!parts.isEmpty());
  }

  private static void window(JobRow job, List<Component> parts) {
    Window window = job.window();
    if (window.equals(Window.NOW)) {
      return;
    }
    Span line = new Span(new Span(job.scheduled() ? "begins in the window " : "window "));
    line.add(
        window.notBefore() == null
            ? new Span("from its confirmation")
            : new Time(window.notBefore()).toTheMinute());
    if (window.notAfter() != null) {
      line.add(new Span(" to "), new Time(window.notAfter()).toTheMinute());
    }
    if (job.scheduled()) {
      line.add(new Span("; each target is checked again at its turn"));
    }
    parts.add(line);
  }

  private static List<String> waves(JobRow job, List<RunRow> runs) {
    Waves waves = job.waves();
    List<String> texts = new ArrayList<>();
    if (waves.canary() != null) {
      List<String> canaries =
          runs.stream()
              .filter(run -> Objects.equals(run.wave(), 1))
              .map(RunRow::targetName)
              .toList();
      texts.add(
          canaries.size() == 1
              ? "canary " + canaries.getFirst() + " first"
              : "%d canaries first".formatted(waves.canary()));
    }
    if (waves.byPriority()) {
      texts.add("by priority of herds");
    }
    if (waves.size() != null) {
      texts.add(
          waves.size() == 1 ? "then one by one" : "in waves of " + Figures.count(waves.size()));
    }
    if (waves.pause() != null) {
      texts.add(Figures.duration(waves.pause()) + " between waves");
    }
    if (job.stopAfter() != null) {
      texts.add("stops after " + Figures.count(job.stopAfter(), "failure", "failures"));
    }
    return texts;
  }
}
