package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import io.matriarch.check.Check;
import io.matriarch.check.FailureAnalysis.Said;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.Preview;
import io.matriarch.job.Target;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import io.matriarch.ui.job.ActionMenus;
import io.matriarch.watch.Failures.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A primary that does not serve: who says what, what a failover would do, and the button that opens
 * its plan.
 */
final class FailureNotice extends Div {

  private static final String FAILOVER = "herd.failover";

  private final transient Jobs jobs;
  private final transient ActionMenus menus;
  private transient List<String> shown = List.of();

  FailureNotice(Jobs jobs, ActionMenus menus) {
    this.jobs = jobs;
    this.menus = menus;
    addClassName("failure");
    setVisible(false);
  }

  void show(long herd, Optional<Failure> failure) {
    setVisible(failure.isPresent());
    if (failure.isEmpty()) {
      shown = List.of();
      removeAll();
      return;
    }
    List<String> prepared = prepared(herd);
    List<String> now = new ArrayList<>(prepared);
    now.add(failure.get().analysis().summary());
    failure.get().analysis().said().forEach(s -> now.add(s.who() + s.what()));
    // A button must not be replaced under the pointer.
    if (!now.equals(shown)) {
      shown = now;
      removeAll();
      build(herd, failure.get(), prepared);
    }
  }

  private void build(long herd, Failure failure, List<String> prepared) {
    Span summary = new Span(failure.analysis().summary());
    summary.addClassName("summary");
    Div head =
        new Div(
            new StateBadge(
                StateText.of("primary " + failure.analysis().verdict().word(), Tone.BAD)),
            summary,
            new Age(failure.since()).suffix(" ago"));
    head.addClassName("failurehead");
    UnorderedList said = new UnorderedList();
    failure.analysis().said().forEach(s -> said.add(line(s)));
    Div plan = new Div();
    plan.addClassName("prepared");
    prepared.forEach(text -> plan.add(new Div(new Span(text))));
    Button failOver =
        new Button("Fail over…", click -> menus.ask(FAILOVER, List.of(Target.herd(herd))));
    failOver.addThemeName("danger");
    add(head, said, plan, failOver);
  }

  private static ListItem line(Said said) {
    Span who = new Span(said.who());
    who.addClassName("who");
    return new ListItem(who, new Span(said.what()), new Age(said.at()).suffix(" ago"));
  }

  /** What a failover would do now, in a few lines. */
  private List<String> prepared(long herd) {
    Preview preview = jobs.preview(JobRequest.of(FAILOVER, List.of(Target.herd(herd)), Map.of()));
    List<Check> checks = preview.targets().getFirst().checks();
    List<String> lines = new ArrayList<>();
    add(lines, "Takes over: ", find(checks, "a standby can take over"));
    add(lines, "Lost: ", find(checks, "what would be lost"));
    return lines;
  }

  private static @Nullable Check find(List<Check> checks, String name) {
    return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
  }

  private static void add(List<String> lines, String label, @Nullable Check check) {
    if (check != null) {
      lines.add(label + check.seen() + ".");
    }
  }
}
