package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Span;

/** A titled part of a page; no box around it. */
public final class Section extends Div {

  private final Span aside = new Span();

  public Section(String title, Component... content) {
    addClassName("section");
    aside.addClassName("mute");
    H2 heading = new H2(new Span(title), new Span(" "), aside);
    add(heading);
    add(content);
  }

  /** Grey words behind the title. */
  public Section aside(String text) {
    aside.setText(text);
    return this;
  }
}
