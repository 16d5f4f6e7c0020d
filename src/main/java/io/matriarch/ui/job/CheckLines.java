package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.check.Check;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/** The checks of one target, the worst first, each with what was seen, when, and the remedy. */
public final class CheckLines extends Div {

  /**
   * @param optionLabel what the form calls an option
   */
  public CheckLines(List<Check> checks, boolean refused, UnaryOperator<String> optionLabel) {
    addClassName("checklines");
    checks.stream()
        .sorted(Comparator.comparing(Check::outcome).reversed())
        .forEach(check -> add(line(check, refused, optionLabel)));
  }

  private static Component line(Check check, boolean refused, UnaryOperator<String> optionLabel) {
    Span seen =
        new Span(
            check.seen()
                + (check.threshold().isEmpty() ? "" : " (limit " + check.threshold() + ")"));
    seen.addClassName("strong");
    Div text = new Div(new Span(check.name() + ": "), seen);
    if (!check.remedy().isEmpty()) {
      text.add(mute((check.seen().endsWith(".") ? " " : ". ") + check.remedy()));
    }
    if (check.hasFailed() && check.overruledBy() != null) {
      text.add(mute(" Overruled by “" + optionLabel.apply(check.overruledBy()) + "”."));
    }
    Div row = new Div(new StateBadge(state(check, refused)), text);
    if (check.observedAt() != null) {
      Age age = new Age(check.observedAt()).suffix(" ago");
      Div seenAt = new Div(age);
      seenAt.addClassNames("mute", "nowrap");
      row.add(seenAt);
    }
    row.addClassNames("check", "line");
    return row;
  }

  private static Span mute(String text) {
    Span span = new Span(text);
    span.addClassName("mute");
    return span;
  }

  private static StateText state(Check check, boolean refused) {
    return switch (check.outcome()) {
      case PASSED -> StateText.of("passed", Tone.DONE);
      case WARNING -> StateText.of("warning", Tone.WARN);
      case FAILED ->
          !refused && check.overruledBy() != null
              ? StateText.of("overruled", Tone.WARN)
              : StateText.of("failed", Tone.BAD);
    };
  }
}
