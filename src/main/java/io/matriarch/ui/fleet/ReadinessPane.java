package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.check.Check;
import io.matriarch.check.Check.Outcome;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import io.matriarch.ui.job.CheckLines;
import io.matriarch.watch.Readiness;
import java.util.List;

/** Whether the herd's primary could be switched to each candidate, and why not. */
final class ReadinessPane extends Div {

  private final Div seen = new Div();
  private final Button now = new Button("Check now");
  private boolean primary = true;

  ReadinessPane(Runnable check) {
    addClassName("readiness");
    now.addThemeVariants(ButtonVariant.LUMO_SMALL);
    now.setDisableOnClick(true);
    now.addClickListener(
        click -> {
          now.setText("Checking…");
          check.run();
        });
    add(seen, now);
  }

  /**
   * Shows what was seen, and offers another look to who may ask for one.
   *
   * @param primary whether one runs; without one, what was seen before is no answer any more
   */
  void show(List<Readiness.Seen> candidates, boolean primary, boolean mayAsk) {
    this.primary = primary;
    now.setVisible(mayAsk);
    now.setText("Check now");
    now.setEnabled(true);
    seen.removeAll();
    if (candidates.isEmpty()) {
      Div none =
          new Div(new Span("Nobody has looked yet; each herd has its turn every few minutes."));
      none.addClassName("mute");
      seen.add(none);
    }
    candidates.forEach(this::add);
  }

  private void add(Readiness.Seen candidate) {
    List<Check> checks = candidate.checks();
    List<Check> trouble = checks.stream().filter(c -> c.outcome() != Outcome.PASSED).toList();
    List<Check> passed = checks.stream().filter(c -> c.outcome() == Outcome.PASSED).toList();
    Span whom =
        new Span(candidate.candidate() == null ? "no candidate" : "to " + candidate.candidate());
    whom.addClassName("strong");
    Span age = new Span(new Span("checked "), new Age(candidate.at()).suffix(" ago"));
    age.addClassName("mute");
    Div head =
        new Div(
            new StateBadge(
                !primary
                    ? StateText.of("not ready: no primary runs", Tone.BAD)
                    : candidate.ready()
                        ? StateText.of("ready", Tone.DONE)
                        : StateText.of("not ready", Tone.BAD)),
            whom,
            age);
    head.addClassName("readiness-head");
    seen.add(head);
    if (!trouble.isEmpty()) {
      seen.add(new CheckLines(trouble, true, ReadinessPane::label));
    }
    if (!passed.isEmpty()) {
      Details all =
          new Details(
              passed.size() == 1 ? "1 check passed" : passed.size() + " checks passed",
              new CheckLines(passed, true, o -> o));
      seen.add(all);
    }
  }

  private static String label(String option) {
    return option.equals("ignoreManager")
        ? "Go ahead although another manager is in charge"
        : "Go ahead although checks fail that endanger no data";
  }
}
