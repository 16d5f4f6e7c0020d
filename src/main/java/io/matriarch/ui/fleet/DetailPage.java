package io.matriarch.ui.fleet;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import io.matriarch.ui.component.Page;

/** The page of one environment, server, herd or instance: a wide column and a narrow one. */
abstract class DetailPage extends Page implements BeforeEnterObserver {

  protected final Div wide = new Div();
  protected final Div narrow = new Div();
  private long id;

  DetailPage(String helpTopic) {
    super("", helpTopic);
    Div body = addBody();
    body.addClassName("detail");
    wide.addClassName("wide");
    narrow.addClassName("narrow");
    body.add(wide, narrow);
    Span live = new Span("live");
    live.addClassName("live");
    addFoot(live);
  }

  @Override
  public final void beforeEnter(BeforeEnterEvent enter) {
    id = Long.parseLong(enter.getRouteParameters().get("id").orElse("0"));
    if (!open(id)) {
      enter.rerouteToError(NotFoundException.class, "There is none with the number " + id + ".");
    }
  }

  protected final long id() {
    return id;
  }

  /** Builds the page; false if there is no such thing. */
  abstract boolean open(long id);
}
