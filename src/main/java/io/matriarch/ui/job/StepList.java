package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.progressbar.ProgressBar;
import io.matriarch.job.ByteProgress;
import io.matriarch.job.StepKind;
import io.matriarch.job.StepRow;
import io.matriarch.job.StepState;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.StateBadge;
import java.time.Duration;
import java.util.List;

/** The steps of a run with their states and, beneath, the commands. */
final class StepList extends Div {

  StepList(List<StepRow> steps) {
    int number = 0;
    for (StepRow step : steps) {
      // A cleanup that nobody needed is not news.
      if (step.kind() == StepKind.STEP
          || step.state() != StepState.PENDING && step.state() != StepState.SKIPPED) {
        add(line(step, step.kind() == StepKind.STEP ? String.valueOf(++number) : ""));
      }
    }
  }

  private static Component line(StepRow step, String number) {
    Span no = new Span(number);
    no.addClassName("mute");
    Div text = new Div(new Span(step.describe()));
    if (step.message() != null && !step.message().isBlank()) {
      Div message = new Div(step.message());
      message.addClassName(step.state() == StepState.FAILED ? "bad" : "mute");
      text.add(message);
    }
    ByteProgress progress = step.progress();
    if (step.state() == StepState.RUNNING && progress != null) {
      text.add(progress(progress));
    }
    Span took = new Span(took(step));
    took.addClassNames("mute", "n");
    Div row = new Div(no, text, new StateBadge(RunStates.of(step.state())), took);
    row.addClassNames("line", "done");
    Div block = new Div(row);
    block.addClassName("block");
    if (step.state() == StepState.RUNNING || step.state() == StepState.FAILED) {
      step.commands()
          .forEach(
              command -> {
                Span host = new Span(command.host());
                host.addClassName("mute");
                Div shown = new Div(host, new Code(command.command()));
                shown.addClassName("command");
                block.add(shown);
              });
    }
    return block;
  }

  private static Component progress(ByteProgress progress) {
    ProgressBar bar = new ProgressBar(0, 1);
    bar.setIndeterminate(progress.total() == 0);
    if (progress.total() > 0) {
      bar.setValue(Math.min(1, (double) progress.done() / progress.total()));
    }
    bar.getElement().setAttribute("aria-label", progress.what());
    Span figures = new Span(figures(progress));
    figures.addClassNames("mute", "n");
    Div block = new Div(bar, figures);
    block.addClassName("progress");
    return block;
  }

  private static String figures(ByteProgress progress) {
    if (progress.total() == 0) {
      return progress.what();
    }
    return "%s: %s of %s%s%s"
        .formatted(
            progress.what(),
            Figures.bytes(progress.done()),
            Figures.bytes(progress.total()),
            progress.rate().map(r -> ", " + Figures.bytes(r) + "/s").orElse(""),
            progress.left().map(l -> ", about " + about(l) + " left").orElse(""));
  }

  private static String about(Duration left) {
    return left.toSeconds() < 60 ? left.toSeconds() + " s" : Figures.duration(left);
  }

  private static String took(StepRow step) {
    return step.startedAt() == null || step.endedAt() == null
        ? ""
        : Figures.duration(Duration.between(step.startedAt(), step.endedAt()));
  }
}
