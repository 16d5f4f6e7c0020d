package io.matriarch.ui.component;

import com.vaadin.flow.component.html.Span;

/** Sign, word and colour of a state, outside grids. */
public final class StateBadge extends Span {

  public StateBadge(StateText state) {
    addClassName("state");
    show(state);
  }

  public void show(StateText state) {
    removeAll();
    for (Tone tone : Tone.values()) {
      if (!tone.style().isEmpty()) {
        removeClassName(tone.style());
      }
    }
    if (!state.tone().style().isEmpty()) {
      addClassName(state.tone().style());
    }
    Span sign = new Span(state.tone().sign());
    sign.addClassName("sign");
    sign.getElement().setAttribute("aria-hidden", "true");
    add(sign, new Span(" " + state.word()));
    if (!state.reason().isEmpty()) {
      setTitle(state.reason());
    }
  }
}
