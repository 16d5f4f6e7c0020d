package io.matriarch.ui.shell;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.HasElement;
import com.vaadin.flow.component.dependency.JsModule;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.dom.Element;
import com.vaadin.flow.router.Layout;
import com.vaadin.flow.router.RouterLayout;
import com.vaadin.flow.spring.annotation.UIScope;
import io.matriarch.ui.component.HelpPlace;
import io.matriarch.ui.job.CommandPalette;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;

/** The frame of every page: navigation left, the page, help right. */
@Layout
@PermitAll
@JsModule("context://ui/matriarch.js")
@UIScope
@org.springframework.stereotype.Component
final class MainLayout extends Div implements RouterLayout, HelpPlace {

  private final Div outlet = new Div();
  private final HelpDrawer help = new HelpDrawer();

  MainLayout(CommandPalette palette, Navigation navigation, WhoAmI whoAmI, Alarm alarm) {
    addClassName("shell");
    Anchor skip = new Anchor("#main", "Skip to content");
    skip.addClassName("skip");
    skip.getElement().setAttribute("router-ignore", true);
    Anchor brand = new Anchor("", new Icon(), new Span("Matriarch"));
    brand.addClassName("brand");
    brand.getElement().setAttribute("router-link", true);
    Div side = new Div(brand, palette, navigation, whoAmI);
    side.addClassName("side");
    outlet.addClassName("outlet");
    Div stage = new Div();
    stage.getElement().appendChild(new Element("m-connection"));
    stage.add(alarm, outlet);
    stage.addClassName("stage");
    add(skip, side, stage, help);
  }

  @Override
  public void showRouterLayoutContent(HasElement content) {
    outlet.getElement().removeAllChildren();
    outlet.getElement().appendChild(content.getElement());
  }

  @Override
  public void removeRouterLayoutContent(HasElement oldContent) {
    outlet.getElement().removeAllChildren();
  }

  @Override
  public void toggleHelp(String topic) {
    help.toggle(topic);
  }

  @Override
  protected void onAttach(AttachEvent attach) {
    getElement().executeJs("window.Matriarch.clock($0)", (double) Clock.systemUTC().millis());
  }
}
