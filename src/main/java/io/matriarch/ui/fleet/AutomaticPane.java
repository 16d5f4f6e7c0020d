package io.matriarch.ui.fleet;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.inventory.Conflict;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.AskDialog;
import io.matriarch.ui.component.Notices;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.component.Tone;
import io.matriarch.watch.Automatics;
import io.matriarch.watch.Automatics.Recovery;
import io.matriarch.watch.Automatics.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a standby takes over by itself, whether it could, and what it did. */
final class AutomaticPane extends Div {

  private final transient Automatics automatics;
  private final boolean edits;
  private transient @Nullable Standing shown;
  private long herd;

  AutomaticPane(Automatics automatics, boolean edits) {
    this.automatics = automatics;
    this.edits = edits;
    addClassName("automatic");
  }

  void show(long id) {
    herd = id;
    Standing now = automatics.of(id);
    // A button must not be replaced under the pointer.
    if (!now.equals(shown)) {
      shown = now;
      removeAll();
      build(now).forEach(this::add);
    }
  }

  private List<Component> build(Standing standing) {
    List<Component> lines = new ArrayList<>();
    lines.add(state(standing));
    standing.reasons().forEach(reason -> lines.add(line(reason, "reason")));
    if (standing.brake() != null && standing.on() != null) {
      lines.add(braked(standing.brake()));
    }
    if (standing.blockedUntil() != null) {
      lines.add(
          text(
              new Span("Not again before "),
              new Time(standing.blockedUntil()).toTheMinute(),
              new Span(", unless somebody acknowledges the last one.")));
    }
    standing.lately().stream().map(AutomaticPane::recovery).forEach(lines::add);
    if (edits) {
      lines.add(buttons(standing));
    }
    return lines;
  }

  private static Component state(Standing standing) {
    Automatics.On on = standing.on();
    if (on == null) {
      return text(new Span("Off: a person fails it over."));
    }
    boolean could = standing.reasons().isEmpty() && standing.brake() == null;
    StateText words =
        could ? StateText.of("on", Tone.OK) : StateText.of("on, and would not act", Tone.WARN);
    return text(
        new StateBadge(words),
        new Span(" turned on by %s ".formatted(on.by())),
        new Age(on.since()).suffix(" ago"));
  }

  private static Component braked(Automatics.Brake brake) {
    return text(
        new Span("The brake of the fleet is pulled: %s, ".formatted(brake.reason())),
        new Age(brake.pulledAt()).suffix(" ago"),
        new Span(". It is released on the page of problems."));
  }

  private static Component recovery(Recovery recovery) {
    Anchor job = new Anchor("jobs/" + recovery.jobId(), "Failed over by itself");
    job.getElement().setAttribute("router-link", true);
    return text(
        job,
        new Span(" "),
        new Age(recovery.decidedAt()).suffix(" ago"),
        new Span(
            "%s%s"
                .formatted(
                    recovery.state() == null
                        ? ""
                        : ": " + recovery.state().toLowerCase(Locale.ROOT).replace('_', ' '),
                    recovery.acknowledgedBy() == null
                        ? ""
                        : ", acknowledged by " + recovery.acknowledgedBy())));
  }

  private Component buttons(Standing standing) {
    Div row = new Div();
    row.addClassName("automaticbuttons");
    boolean unseen =
        standing.lately().stream().anyMatch(r -> r.counts() && r.acknowledgedAt() == null);
    if (unseen) {
      row.add(new Button("Acknowledge", click -> run(() -> automatics.acknowledge(herd))));
    }
    if (standing.on() != null) {
      row.add(new Button("Turn off", click -> run(() -> automatics.turnOff(herd))));
    } else {
      Button on = new Button("Turn on…", click -> ask());
      on.setEnabled(standing.reasons().isEmpty());
      row.add(on);
    }
    return row;
  }

  private void ask() {
    new AskDialog(
            "Let a standby take over by itself?",
            "If neither the console nor any standby reaches the primary for some seconds, whichever synchronous standby has most becomes the primary, with nobody asking. A primary that is cut off acknowledges nothing by then, and is fenced when it comes back. Afterwards the herd does not do so again for a while unless somebody acknowledges it.",
            "Turn on",
            () -> run(() -> automatics.turnOn(herd)))
        .open();
  }

  private void run(Runnable change) {
    try {
      change.run();
    } catch (Conflict | NoSuchElementException | AccessRefused e) {
      Notices.bad(Objects.requireNonNullElse(e.getMessage(), "It was refused."));
    }
    show(herd);
  }

  private static Component line(String text, String className) {
    Div line = new Div(new Span(text));
    line.addClassName(className);
    return line;
  }

  private static Component text(Component... parts) {
    return new Div(parts);
  }
}
