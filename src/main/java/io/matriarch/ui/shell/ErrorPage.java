package io.matriarch.ui.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;

/** What stands where a page could not: what happened, and where to go. */
abstract class ErrorPage extends Main {

  ErrorPage() {
    addClassName("errorpage");
    setId("main");
  }

  final void say(String number, String title, String text, Component... more) {
    removeAll();
    Span code = new Span(number);
    code.addClassName("code");
    Anchor home = new Anchor("", "Overview");
    home.addClassName("button");
    home.getElement().setAttribute("router-link", true);
    Anchor instances = new Anchor("instances", "Instances");
    instances.addClassName("button");
    instances.getElement().setAttribute("router-link", true);
    Div ways = new Div(home, instances);
    ways.addClassName("actions");
    Div box = new Div(code, new H1(title), new Paragraph(text));
    box.add(more);
    box.add(ways);
    box.addClassName("box");
    add(box);
  }
}
