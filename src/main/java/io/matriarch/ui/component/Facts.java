package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.DescriptionList;
import com.vaadin.flow.component.html.Span;
import org.jspecify.annotations.Nullable;

/** Names and values, one line each; what is not known says so. */
public final class Facts extends DescriptionList {

  public Facts() {
    addClassName("facts");
  }

  public Facts fact(String name, @Nullable String value) {
    Span text = new Span(value == null || value.isEmpty() ? "unknown" : value);
    if (value == null || value.isEmpty()) {
      text.addClassName("mute");
    }
    return fact(name, text);
  }

  public Facts mono(String name, @Nullable String value) {
    Span text = new Span(value == null || value.isEmpty() ? "unknown" : value);
    text.addClassName(value == null || value.isEmpty() ? "mute" : "mono");
    return fact(name, text);
  }

  /** Leaves the line out when there is nothing to say. */
  public Facts optional(String name, @Nullable String value) {
    return value == null || value.isEmpty() ? this : fact(name, value);
  }

  public Facts optionalMono(String name, @Nullable String value) {
    return value == null || value.isEmpty() ? this : mono(name, value);
  }

  public Facts fact(String name, Component value) {
    add(new Term(name), new Description(value));
    return this;
  }
}
