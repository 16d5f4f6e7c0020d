package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.Target;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import io.matriarch.ui.job.ActionMenus;
import io.matriarch.watch.CommitStalls.Stall;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says that commits wait, for whom, and offers to let them wait for fewer. */
final class CommitNotice extends Div {

  private final transient ActionMenus menus;
  private transient @Nullable Stall shown;

  CommitNotice(ActionMenus menus) {
    this.menus = menus;
    addClassName("failure");
    setVisible(false);
  }

  void show(long herd, Optional<Stall> stall) {
    setVisible(stall.isPresent());
    Stall now = stall.orElse(null);
    if (now == null || !now.equals(shown)) {
      shown = now;
      removeAll();
      stall.ifPresent(s -> build(herd, s));
    }
  }

  private void build(long herd, Stall stall) {
    Span summary = new Span(stall.detail() + ".");
    summary.addClassName("summary");
    Div head =
        new Div(
            new StateBadge(StateText.of("commits wait", Tone.BAD)),
            summary,
            new Age(stall.since()).suffix(" ago"));
    head.addClassName("failurehead");
    Button fewer =
        new Button(
            "Set synchronous…",
            click -> menus.ask("herd.set-synchronous", List.of(Target.herd(herd))));
    add(head, fewer);
  }
}
