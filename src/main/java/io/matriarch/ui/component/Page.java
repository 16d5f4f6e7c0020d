package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Footer;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Header;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.HasDynamicTitle;
import java.util.Optional;

/** A page inside the shell: a header with the title, room for content, a footer. */
public abstract class Page extends Main implements HasDynamicTitle {

  private final H1 title = new H1();
  private final Span sub = new Span();
  private final Div lead = new Div();
  private final Div buttons = new Div();
  private final Footer foot = new Footer();
  private final String helpTopic;

  protected Page(String title, String helpTopic) {
    this.helpTopic = helpTopic;
    addClassName("page");
    setId("main");
    this.title.setText(title);
    sub.addClassName("sub");
    lead.addClassName("lead");
    buttons.addClassName("buttons");
    foot.addClassName("foot");
    Div grow = new Div();
    grow.addClassName("grow");
    Header head = new Header(this.title, sub, lead, grow, buttons);
    head.addClassName("head");
    add(head);
    Button help = new Button("Help", click -> toggleHelp());
    help.getElement().setAttribute("aria-haspopup", "true");
    buttons.add(help);
  }

  private void toggleHelp() {
    Optional<Component> at = getParent();
    while (at.isPresent()) {
      if (at.get() instanceof HelpPlace place) {
        place.toggleHelp(helpTopic);
        return;
      }
      at = at.get().getParent();
    }
  }

  protected void titled(String newTitle) {
    title.setText(newTitle);
  }

  /** What stands in grey behind the title. */
  protected void subtitled(Component... parts) {
    sub.removeAll();
    sub.add(parts);
  }

  /** Puts something beside the title, such as the search field. */
  protected void addBesideTitle(Component... parts) {
    lead.add(parts);
  }

  /** Adds buttons left of Help. */
  protected void addButtons(Component... more) {
    for (int i = 0; i < more.length; i++) {
      buttons.addComponentAtIndex(buttons.getComponentCount() - 1, more[i]);
    }
  }

  /** A scrolling area for pages that are not one grid. */
  protected Div addBody() {
    Div body = new Div();
    body.addClassName("body");
    body.getElement().setAttribute("tabindex", "-1");
    add(body);
    return body;
  }

  protected Footer addFoot(Component... parts) {
    foot.add(parts);
    add(foot);
    return foot;
  }

  @Override
  public String getPageTitle() {
    return title.getText() + " · Matriarch";
  }
}
