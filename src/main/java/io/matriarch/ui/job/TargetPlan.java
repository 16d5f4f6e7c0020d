package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.ui.component.StateBadge;
import java.util.function.UnaryOperator;

/** One target in the dialog: a line that opens into its checks and its own plan. */
final class TargetPlan extends Details {

  /**
   * @param inWaves whether to say in which wave it is
   */
  TargetPlan(TargetPreview target, UnaryOperator<String> optionLabel, boolean inWaves) {
    addClassName("target");
    setSummary(summary(target, inWaves));
    addOpenedChangeListener(
        change -> {
          if (change.isOpened() && getContent().findAny().isEmpty()) {
            add(content(target, optionLabel));
          }
        });
  }

  private static Component summary(TargetPreview target, boolean inWaves) {
    Span name = new Span(target.name());
    name.addClassName("strong");
    name.setTitle(target.name());
    Div line = new Div(name, new StateBadge(Verdict.of(target).word()));
    Verdict.complaint(target)
        .ifPresent(
            check -> {
              Span why = new Span(check.name() + ": " + check.seen());
              why.addClassName("mute");
              why.setTitle(check.seen() + ". " + check.remedy());
              line.add(why);
            });
    if (inWaves && target.wave() != null) {
      Span wave = new Span("wave " + target.wave());
      wave.addClassNames("mute", "wave");
      line.add(wave);
    }
    line.addClassName("targetline");
    return line;
  }

  /** Checks and plan of a target, without the line above them. */
  static Component content(TargetPreview target, UnaryOperator<String> optionLabel) {
    Div head = new Div(new H3("Checks"));
    head.add(Verdict.of(target).badges());
    head.addClassName("subhead");
    Div content = new Div(head, new CheckLines(target.checks(), target.refused(), optionLabel));
    content.addClassName("targetplan");
    if (!target.steps().isEmpty()) {
      content.add(heading("What will be done"), new PlanLines(target.steps()));
    }
    return content;
  }

  static Div heading(String text) {
    Div heading = new Div(new H3(text));
    heading.addClassName("subhead");
    return heading;
  }
}
