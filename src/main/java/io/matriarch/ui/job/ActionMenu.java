package io.matriarch.ui.job;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.contextmenu.ContextMenu;
import com.vaadin.flow.component.html.Div;
import io.matriarch.job.Action;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What the catalogue offers for the ticked rows, one button an action, the rest behind "More". */
public final class ActionMenu extends Div {

  private static final int AT_ONCE = 4;

  private final List<Button> buttons = new ArrayList<>();

  ActionMenu(List<Action> actions, Supplier<List<Target>> targets, Confirming confirming) {
    addClassName("actions");
    for (Action action : actions.subList(0, Math.min(AT_ONCE, actions.size()))) {
      Button button =
          new Button(action.label() + "…", click -> confirming.open(action, targets.get()));
      button.setTooltipText(action.help());
      buttons.add(button);
      add(button);
    }
    if (actions.size() > AT_ONCE) {
      add(more(actions.subList(AT_ONCE, actions.size()), targets, confirming));
    }
  }

  private Button more(List<Action> actions, Supplier<List<Target>> targets, Confirming confirming) {
    Button more = new Button("More ▾");
    more.getElement().setAttribute("aria-haspopup", "menu");
    ContextMenu menu = new ContextMenu(more);
    menu.setOpenOnClick(true);
    actions.forEach(
        action ->
            menu.addItem(action.label() + "…", click -> confirming.open(action, targets.get())));
    buttons.add(more);
    return more;
  }

  /** Greys the buttons while nothing is ticked. */
  public void ready(boolean any) {
    buttons.forEach(button -> button.setEnabled(any));
  }
}
