package io.matriarch.ui.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.HighlightConditions;
import com.vaadin.flow.router.RouterLink;
import io.matriarch.ui.component.Figures;

/** One line of the navigation: name and, where it helps, a count. */
final class NavEntry extends RouterLink {

  private final Span count = new Span();

  NavEntry(String label, Class<? extends Component> view) {
    super(view);
    addClassName("entry");
    count.addClassName("count");
    add(new Span(label), count);
    setHighlightCondition(
        getHref().isEmpty()
            ? HighlightConditions.sameLocation()
            : HighlightConditions.locationPrefix());
    setHighlightAction(
        (link, on) -> {
          link.getElement().setAttribute("highlight", on);
          if (on) {
            link.getElement().setAttribute("aria-current", "page");
          } else {
            link.getElement().removeAttribute("aria-current");
          }
        });
  }

  void count(long number, boolean bad) {
    count.setText(number == 0 && bad ? "" : Figures.count(number));
    count.setClassName("bad", bad && number > 0);
  }
}
