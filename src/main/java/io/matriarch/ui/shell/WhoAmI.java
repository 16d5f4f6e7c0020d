package io.matriarch.ui.shell;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.dom.Element;
import com.vaadin.flow.spring.annotation.UIScope;
import com.vaadin.flow.spring.security.AuthenticationContext;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;

/** Name and role of who is signed in, the zone switch, and the way out. */
@UIScope
@org.springframework.stereotype.Component
final class WhoAmI extends Div {

  WhoAmI(Access access, AuthenticationContext authentication) {
    addClassName("whoami");
    Actor actor = access.current();
    Span name = new Span(actor.name());
    name.addClassName("name");
    name.setTitle(actor.name());
    Span role = new Span(actor.role().stored());
    role.addClassName("mute");
    NativeButton out = new NativeButton("Sign out", click -> authentication.logout());
    out.addClassName("linklike");
    add(row(name, role));
    Div second = row(out);
    second.getElement().insertChild(0, new Element("m-zone"));
    add(second);
  }

  private static Div row(com.vaadin.flow.component.Component... parts) {
    Div row = new Div(parts);
    row.addClassName("row");
    return row;
  }
}
