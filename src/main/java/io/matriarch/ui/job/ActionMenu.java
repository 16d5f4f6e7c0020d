package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.contextmenu.ContextMenu;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.Action;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the catalogue offers for the ticked rows: a button for each action this person may do, the
 * rest behind "More", and behind "Preview" those whose plan they may only read.
 */
public final class ActionMenu extends Div {

  private final List<Button> buttons = new ArrayList<>();
  private final Span hint = new Span();

  ActionMenu(
      TargetKind kind,
      int most,
      List<Action> mine,
      List<Action> others,
      Supplier<List<Target>> targets,
      Confirming confirming) {
    addClassName("actions");
    getElement().setAttribute("role", "group");
    getElement().setAttribute("aria-label", "What to do with the ticked rows");
    hint.addClassName("mute");
    hint.setText("Tick " + Nouns.many(kind) + " to act on them");
    hint.setVisible(false);
    add(hint);
    int atOnce = Math.min(most, mine.size());
    for (Action action : mine.subList(0, atOnce)) {
      Button button =
          new Button(action.label() + "…", click -> confirming.open(action, targets.get()));
      button.setTooltipText(action.help());
      buttons.add(button);
      add(button);
    }
    if (mine.size() > atOnce) {
      add(menu("More ▾", mine.subList(atOnce, mine.size()), targets, confirming));
    }
    if (!others.isEmpty()) {
      add(menu("Preview ▾", others, targets, confirming));
    }
  }

  private Component menu(
      String label, List<Action> actions, Supplier<List<Target>> targets, Confirming confirming) {
    Button button = new Button(label);
    button.getElement().setAttribute("aria-haspopup", "menu");
    ContextMenu menu = new ContextMenu(button);
    menu.setOpenOnClick(true);
    actions.forEach(
        action ->
            menu.addItem(action.label() + "…", click -> confirming.open(action, targets.get())));
    buttons.add(button);
    return button;
  }

  /** Greys the buttons while nothing is ticked, and says so. */
  public void ready(boolean any) {
    buttons.forEach(button -> button.setEnabled(any));
    hint.setVisible(!any && !buttons.isEmpty());
  }
}
