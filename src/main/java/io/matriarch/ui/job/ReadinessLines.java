package io.matriarch.ui.job;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.check.Check;
import io.matriarch.job.Target;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import io.matriarch.watch.Readiness;
import io.matriarch.watch.Readiness.Seen;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was last seen of the readiness of herds that are to be switched, beside the checks of the
 * plan: those know the inventory only, and the members themselves are asked again when it runs.
 */
final class ReadinessLines extends Div {

  private static final int MOST = 12;

  ReadinessLines(List<Target> herds, Readiness readiness) {
    addClassNames("checklines", "readylines");
    for (Target herd : herds.subList(0, Math.min(MOST, herds.size()))) {
      List<Seen> seen = readiness.ofHerd(herd.id());
      if (seen.isEmpty()) {
        add(line(StateText.of("unknown", Tone.IDLE), "nobody has looked at this herd yet"));
      }
      // With several herds the rule chooses, and it chooses the first.
      seen.stream().limit(herds.size() == 1 ? MOST : 1).forEach(s -> add(line(s)));
    }
    if (herds.size() > MOST) {
      Div rest = new Div(new Span("and %d more herds".formatted(herds.size() - MOST)));
      rest.addClassName("mute");
      add(rest);
    }
  }

  private static Div line(Seen seen) {
    String whom = seen.candidate() == null ? "" : "to " + seen.candidate();
    String why =
        seen.checks().stream()
            .filter(Check::hasFailed)
            .map(c -> c.name() + ": " + c.seen())
            .collect(Collectors.joining("; "));
    Div line =
        seen.ready()
            ? line(StateText.of("ready", Tone.DONE), whom)
            : line(StateText.of("not ready", Tone.BAD), (whom + " because " + why).strip());
    Div at = new Div(new Age(seen.at()).suffix(" ago"));
    at.addClassNames("mute", "nowrap");
    line.add(at);
    return line;
  }

  private static Div line(StateText state, String text) {
    Div line = new Div(new StateBadge(state), new Div(new Span(text)));
    line.addClassNames("check", "line");
    return line;
  }
}
