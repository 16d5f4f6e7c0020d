package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import io.matriarch.check.Check;
import io.matriarch.job.Action;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.Preview;
import io.matriarch.job.StalePlan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import io.matriarch.watch.Readiness;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The dry run: what will be done to each target, what speaks against it, and one button that names
 * the act. What is confirmed is exactly what is shown; if that changed meanwhile, it is shown anew.
 */
@StyleSheet("context://ui/job.css")
final class ConfirmDialog extends Dialog {

  private static final int CHANGES_NAMED = 5;
  private static final String SWITCHOVER = "herd.switchover";

  private final transient Jobs jobs;
  private final transient Action action;
  private final transient List<Target> targets;
  private final transient TargetKind kind;
  private final boolean allowed;
  private final OptionForm options;
  private final PaceForm pace;
  private final Div notice = new Div();
  private final Div tally = new Div();
  private final TargetList list;
  private final Button confirm = new Button();
  private transient @Nullable Preview preview;
  private String key = UUID.randomUUID().toString();

  /**
   * @param chosen values of options that are chosen already; others have their standard
   */
  ConfirmDialog(
      Jobs jobs,
      Action action,
      List<Target> targets,
      Map<String, String> chosen,
      boolean allowed,
      Readiness readiness,
      Clock clock) {
    this.jobs = jobs;
    this.action = action;
    this.targets = List.copyOf(targets);
    this.kind = targets.getFirst().kind();
    this.allowed = allowed;
    addClassName("confirm");
    setWidth("min(960px, 94vw)");
    setMaxHeight("88vh");
    setDraggable(true);
    setResizable(true);
    options =
        new OptionForm(
            action.options(), members(), jobs.servers(action, targets), chosen, this::plan);
    pace = new PaceForm(targets.size() > 1, this::plan, clock);
    pace.setVisible(allowed);
    notice.addClassName("notice");
    notice.getElement().setAttribute("role", "status");
    tally.addClassName("tally");
    list = new TargetList(options::label);
    add(notice, options, pace, tally);
    if (action.name().value().equals(SWITCHOVER)) {
      add(new ReadinessLines(targets, readiness));
    }
    add(list);
    buildFooter();
    plan();
  }

  /** With several targets each has its own members, so the rule chooses. */
  private Map<Long, String> members() {
    return targets.size() == 1 ? jobs.members(action, targets.getFirst()) : Map.of();
  }

  private void buildFooter() {
    Div grow = new Div();
    grow.addClassName("grow");
    confirm.addClickListener(click -> submit());
    confirm.setDisableOnClick(true);
    confirm.addThemeName(action.disrupts() ? "danger" : "primary");
    confirm.setVisible(allowed);
    Button cancel = new Button(allowed ? "Cancel" : "Close", click -> close());
    getFooter().add(grow, cancel, confirm);
  }

  private void plan() {
    notice.setVisible(!allowed);
    notice.setText(
        allowed
            ? ""
            : "Your role may read this plan but not carry it out; it needs "
                + action.requires().stored()
                + ".");
    try {
      show(jobs.preview(request()));
    } catch (InvalidRequest e) {
      say(e.getMessage());
      confirm.setEnabled(false);
    }
  }

  /** On all targets: those that are refused get a run too, which says why. */
  private JobRequest request() {
    return pace.pace(
        new JobRequest(
            action.name(),
            targets,
            options.values(),
            JobRequest.DEFAULT_PARALLELISM,
            null,
            null,
            key));
  }

  private void show(Preview fresh) {
    preview = fresh;
    int refused = fresh.refused().size();
    int accepted = fresh.accepted().size();
    setHeaderTitle(title(fresh));
    options.offer(overruling(fresh));
    tally.removeAll();
    tally.add(tally(fresh));
    confirm.setEnabled(accepted > 0);
    confirm.setText(act(fresh, refused, accepted));
    pace.show(fresh);
    list.show(fresh, kind);
  }

  private String act(Preview fresh, int refused, int accepted) {
    String whom =
        refused == 0 || accepted == 0
            ? whom(fresh)
            : "the other " + (accepted == 1 ? "one" : accepted);
    return pace.isLater()
        ? "Schedule %s of %s".formatted(action.noun(), whom)
        : action.label() + " " + whom;
  }

  private static Set<String> overruling(Preview fresh) {
    return fresh.targets().stream()
        .flatMap(target -> target.checks().stream())
        .filter(Check::hasFailed)
        .map(Check::overruledBy)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private String title(Preview fresh) {
    return action.label() + " " + whom(fresh);
  }

  private String whom(Preview fresh) {
    return fresh.targets().size() == 1
        ? fresh.targets().getFirst().name()
        : Nouns.count(kind, fresh.targets().size());
  }

  private Component[] tally(Preview fresh) {
    List<Component> parts = new ArrayList<>();
    int refused = fresh.refused().size();
    long warned =
        fresh.targets().stream().filter(target -> Verdict.of(target).severity() == 1).count();
    if (targets.size() > 1) {
      parts.add(new StateBadge(StateText.of(fresh.accepted().size() + " ready", Tone.DONE)));
      if (warned > 0) {
        parts.add(new StateBadge(StateText.of(warned + " of them with warnings", Tone.WARN)));
      }
      if (refused > 0) {
        parts.add(new StateBadge(StateText.of(refused + " refused", Tone.BAD)));
      }
    } else {
      parts.add(new Span(action.help()));
    }
    Span hash = new Span("plan " + shortHash(fresh.planHash()));
    hash.addClassName("mute");
    hash.setTitle("Hash of this plan: " + fresh.planHash());
    parts.add(hash);
    return parts.toArray(Component[]::new);
  }

  static String shortHash(String hash) {
    return hash.length() <= 12
        ? hash
        : hash.substring(0, 4) + "…" + hash.substring(hash.length() - 4);
  }

  private void submit() {
    Preview shown = preview;
    if (shown == null) {
      return;
    }
    try {
      long job = jobs.submit(request().confirming(shown.planHash()));
      close();
      UI.getCurrent().navigate("jobs/" + job);
    } catch (StalePlan e) {
      replan();
    } catch (InvalidRequest | AccessRefused e) {
      say(e.getMessage());
      confirm.setEnabled(true);
    }
  }

  private void replan() {
    Preview before = preview;
    key = UUID.randomUUID().toString();
    plan();
    Preview now = preview;
    List<String> changes =
        before == null || now == null ? List.of() : PlanChanges.between(before, now);
    say(
        "The fleet changed since this was shown; nothing was done. Below is the plan of now: read it"
            + " again.");
    UnorderedList list = new UnorderedList();
    changes.stream().limit(CHANGES_NAMED).forEach(change -> list.add(new ListItem(change)));
    if (changes.size() > CHANGES_NAMED) {
      list.add(new ListItem("and %d more".formatted(changes.size() - CHANGES_NAMED)));
    }
    if (!changes.isEmpty()) {
      notice.add(list);
    }
  }

  private void say(@Nullable String text) {
    notice.setText(text == null ? "" : text);
    notice.addClassName("warned");
    notice.setVisible(true);
  }
}
