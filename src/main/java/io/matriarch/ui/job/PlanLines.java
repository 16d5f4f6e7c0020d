package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.Preview.PlannedStep;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.job.StepKind;
import java.util.List;

/** The lines of a plan, numbered, with the commands behind each and the point of no return. */
final class PlanLines extends Div {

  private static final int OPEN_UP_TO = 8;

  PlanLines(List<PlannedStep> steps) {
    addClassName("planlines");
    boolean open = steps.size() <= OPEN_UP_TO;
    int number = 0;
    boolean past = false;
    for (PlannedStep step : steps) {
      if (step.pastPoint() && !past && step.kind() == StepKind.STEP) {
        past = true;
        add(point());
      }
      add(block(step, step.kind() == StepKind.STEP ? String.valueOf(++number) : "", open));
    }
  }

  private static Component point() {
    Div point =
        new Div(
            "Point of no return. Before it, a failure is undone; after it, the rest is finished"
                + " forward.");
    point.addClassName("ponr");
    return point;
  }

  private static Component block(PlannedStep step, String number, boolean open) {
    Span no = new Span(number);
    no.addClassName("mute");
    Div row = new Div(no, text(step));
    row.addClassNames("step", "line");
    if (step.kind() != StepKind.STEP) {
      row.addClassName("cleanup");
    }
    Div block = new Div(row);
    block.addClassName("block");
    if (!step.commands().isEmpty()) {
      Div commands = new Div();
      step.commands().forEach(command -> commands.add(command(command)));
      commands.setVisible(open);
      row.add(toggle(step, commands));
      block.add(commands);
    }
    return block;
  }

  private static Component text(PlannedStep step) {
    String when =
        switch (step.kind()) {
          case STEP -> "";
          case ON_FAILURE -> "if it fails: ";
          case ALWAYS -> "always at the end: ";
          case LAST -> "whatever happens, last: ";
        };
    return new Div(new Span(when + step.describe()));
  }

  private static Component toggle(PlannedStep step, Component commands) {
    NativeButton button = new NativeButton(commands.isVisible() ? "hide" : "show");
    button.addClassNames("linklike", "toggle");
    button.getElement().setAttribute("aria-label", "Commands of: " + step.describe());
    button.getElement().setAttribute("aria-expanded", String.valueOf(commands.isVisible()));
    button.addClickListener(
        click -> {
          boolean shown = !commands.isVisible();
          commands.setVisible(shown);
          button.setText(shown ? "hide" : "show");
          button.getElement().setAttribute("aria-expanded", String.valueOf(shown));
        });
    return button;
  }

  static Component command(HostCommand command) {
    Span host = new Span(command.host());
    host.addClassName("mute");
    Div line = new Div(host, new Code(command.command()));
    line.addClassName("command");
    return line;
  }
}
