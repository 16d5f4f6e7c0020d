package io.matriarch.ui.job;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.job.Target;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run past its point of no return left over, with the action that finishes it. */
final class RemainderLine extends Div {

  private static final Pattern FINISHED_BY = Pattern.compile("(.*) \\(finish with ([a-z.-]+)\\)");

  RemainderLine(String left, Target target, ActionMenus actions) {
    addClassName("mute");
    Matcher named = FINISHED_BY.matcher(left);
    boolean finished = named.matches();
    add(new Span("Left to do: " + (finished ? named.group(1) : left) + " "));
    if (finished) {
      actions.actions(target.kind()).stream()
          .filter(action -> action.name().value().equals(named.group(2)))
          .map(
              action ->
                  new Button(action.label() + "…", click -> actions.open(action, List.of(target))))
          .forEach(this::add);
    }
  }
}
