package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;

/** What stands in place of rows: why there are none, and what to do next. */
public final class Empty extends Div {

  public Empty(String title, String text, Component... acts) {
    addClassName("empty");
    Div buttons = new Div(acts);
    buttons.addClassName("acts");
    add(new H2(title), new Paragraph(text), buttons);
  }
}
