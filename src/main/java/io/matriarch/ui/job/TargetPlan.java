package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.check.Check;
import io.matriarch.job.Preview.PlannedStep;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.job.StepKind;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.Comparator;
import java.util.List;

/** One target in the dialog: its checks, each explained, and its steps with their commands. */
final class TargetPlan extends Details {

  TargetPlan(TargetPreview target, boolean open) {
    addClassName("target");
    setSummary(summary(target));
    setOpened(open);
    if (open) {
      add(content(target));
    } else {
      addOpenedChangeListener(
          change -> {
            if (change.isOpened() && getContent().findAny().isEmpty()) {
              add(content(target));
            }
          });
    }
  }

  private static Component summary(TargetPreview target) {
    Span name = new Span(target.name());
    name.addClassName("strong");
    Div line = new Div(name, new StateBadge(verdict(target)));
    firstComplaint(target)
        .ifPresent(
            check -> {
              Span why = new Span(check.name() + ": " + check.seen());
              why.addClassName("mute");
              line.add(why);
            });
    line.addClassName("targetline");
    return line;
  }

  private static java.util.Optional<Check> firstComplaint(TargetPreview target) {
    return target.checks().stream()
        .filter(check -> check.outcome() != Check.Outcome.PASSED)
        .max(Comparator.comparing(Check::outcome));
  }

  private static StateText verdict(TargetPreview target) {
    long warnings = count(target, Check.Outcome.WARNING);
    if (target.refused()) {
      return StateText.of("refused", Tone.BAD);
    }
    return warnings > 0
        ? StateText.of(Figures.count(warnings, "warning", "warnings"), Tone.WARN)
        : StateText.of("checks passed", Tone.DONE);
  }

  private static long count(TargetPreview target, Check.Outcome outcome) {
    return target.checks().stream().filter(check -> check.outcome() == outcome).count();
  }

  private static Component content(TargetPreview target) {
    Div content = new Div();
    content.addClassName("targetplan");
    target.checks().stream()
        .sorted(Comparator.comparing(Check::outcome).reversed())
        .forEach(check -> content.add(check(check)));
    if (!target.steps().isEmpty()) {
      content.add(heading("What will be done"));
      addSteps(content, target.steps());
    }
    return content;
  }

  private static Component heading(String text) {
    Div heading = new Div(text);
    heading.addClassName("subhead");
    return heading;
  }

  private static Component check(Check check) {
    StateText state =
        switch (check.outcome()) {
          case PASSED -> StateText.of("passed", Tone.DONE);
          case WARNING -> StateText.of("warning", Tone.WARN);
          case FAILED -> StateText.of("failed", Tone.BAD);
        };
    Span name = new Span(check.name());
    Span seen =
        new Span(
            check.seen()
                + (check.threshold().isEmpty() ? "" : " (limit " + check.threshold() + ")"));
    seen.addClassName("strong");
    Div text = new Div(name, new Span(" — "), seen);
    if (!check.remedy().isEmpty()) {
      Span remedy = new Span(" " + check.remedy());
      remedy.addClassName("mute");
      text.add(remedy);
    }
    Div row = new Div(new StateBadge(state), text);
    if (check.observedAt() != null) {
      Age age = new Age(check.observedAt()).suffix(" ago");
      age.getElement().getClassList().add("mute");
      row.add(new Div(age));
    }
    row.addClassNames("check", "line");
    return row;
  }

  private static void addSteps(Div content, List<PlannedStep> steps) {
    int number = 0;
    boolean past = false;
    boolean hasPoint = steps.stream().anyMatch(PlannedStep::pastPoint);
    for (PlannedStep step : steps) {
      if (hasPoint && step.pastPoint() && !past && step.kind() == StepKind.STEP) {
        past = true;
        Div point =
            new Div(
                "Point of no return. Before it, a failure is undone; after it, the rest is finished forward.");
        point.addClassName("ponr");
        content.add(point);
      }
      content.add(step(step, step.kind() == StepKind.STEP ? String.valueOf(++number) : ""));
    }
  }

  private static Component step(PlannedStep step, String number) {
    Span no = new Span(number);
    no.addClassName("mute");
    Div text = new Div(new Span(step.describe()));
    String when =
        switch (step.kind()) {
          case STEP -> "";
          case ALWAYS -> "afterwards, whatever happens";
          case ON_FAILURE -> "only if it fails";
          case LAST -> "at the end";
        };
    Span whenText = new Span(when);
    whenText.addClassName("mute");
    Div row = new Div(no, text, whenText);
    row.addClassNames("step", "line");
    if (step.kind() != StepKind.STEP) {
      row.addClassName("cleanup");
    }
    Div block = new Div(row);
    block.addClassName("block");
    step.commands().forEach(command -> block.add(command(command)));
    return block;
  }

  private static Component command(HostCommand command) {
    Span host = new Span(command.host());
    host.addClassName("mute");
    Div line = new Div(host, new Code(command.command()));
    line.addClassName("command");
    return line;
  }
}
