package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.KeyModifier;
import com.vaadin.flow.component.Shortcuts;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.dependency.JsModule;
import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Input;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.spring.annotation.UIScope;
import io.matriarch.ui.job.PaletteSearch.Choice;
import io.matriarch.ui.job.PaletteSearch.Hit;
import java.util.List;

/** The button "Jump to", and Ctrl-K on every page: one box over the fleet, its jobs and actions. */
@UIScope
@org.springframework.stereotype.Component
@JsModule("context://ui/palette.js")
@StyleSheet("context://ui/job.css")
public final class CommandPalette extends NativeButton {

  private final transient PaletteSearch search;
  private final transient ActionMenus menus;
  private final Dialog dialog = new Dialog();
  private final Input input = new Input();
  private final Div list = new Div();

  CommandPalette(PaletteSearch search, ActionMenus menus) {
    this.search = search;
    this.menus = menus;
    addClassName("jump");
    add(new Span("Jump to…"), kbd("Ctrl K"));
    getElement().setAttribute("aria-haspopup", "dialog");
    getElement().setAttribute("aria-keyshortcuts", "Control+K Meta+K");
    addClickListener(click -> open());
    Shortcuts.addShortcutListener(this, this::open, Key.KEY_K, KeyModifier.CONTROL);
    Shortcuts.addShortcutListener(this, this::open, Key.KEY_K, KeyModifier.META);
    buildInput();
    buildDialog();
  }

  private static Component kbd(String keys) {
    Span span = new Span(keys);
    span.addClassName("kbd");
    span.getElement().setAttribute("aria-hidden", "true");
    return span;
  }

  private void buildInput() {
    input.setValueChangeMode(ValueChangeMode.LAZY);
    input.setValueChangeTimeout(120);
    input.setPlaceholder("A server, herd, instance or job; or an action: stop orders");
    input.addValueChangeListener(change -> answer());
    input.getElement().setAttribute("role", "combobox");
    input.getElement().setAttribute("aria-label", "Jump to a server, herd, instance or job");
    input.getElement().setAttribute("aria-expanded", "true");
    input.getElement().setAttribute("aria-autocomplete", "list");
    input.getElement().setAttribute("aria-controls", "palette-list");
    input.getElement().setAttribute("autocomplete", "off");
    input.getElement().setAttribute("spellcheck", "false");
  }

  private void buildDialog() {
    list.setId("palette-list");
    list.getElement().setAttribute("role", "listbox");
    list.getElement().setAttribute("aria-label", "Matches");
    Div keys = new Div(new Span("↑ ↓ choose"), new Span("Enter opens"), new Span("Esc closes"));
    keys.addClassName("keys");
    keys.getElement().setAttribute("aria-hidden", "true");
    Div box = new Div(input, list, keys);
    box.addClassName("palette-box");
    dialog.addClassName("palette");
    dialog.getElement().setAttribute("aria-label", "Jump to");
    dialog.setTop("12vh");
    dialog.setWidth("min(640px, 94vw)");
    dialog.add(box);
    box.addAttachListener(
        attach -> box.getElement().executeJs("window.MatriarchPalette.wire(this)"));
  }

  private void open() {
    if (!dialog.isOpened()) {
      input.clear();
      answer();
      dialog.open();
    }
  }

  private void answer() {
    list.removeAll();
    list.getElement().setAttribute("data-asked", input.getValue());
    List<Hit> hits = search.search(input.getValue());
    String group = "";
    for (int i = 0; i < hits.size(); i++) {
      if (!hits.get(i).group().equals(group)) {
        group = hits.get(i).group();
        list.add(heading(group));
      }
      list.add(option(hits.get(i), i));
    }
    if (hits.isEmpty()) {
      Div none =
          new Div(
              input.getValue().isBlank()
                  ? "Type a part of a name, a job's number, or what you want to do."
                  : "Nothing is called that.");
      none.addClassName("none");
      none.getElement().setAttribute("role", "option");
      none.getElement().setAttribute("aria-disabled", "true");
      list.add(none);
    }
  }

  private static Component heading(String text) {
    Div heading = new Div(text);
    heading.addClassName("group");
    heading.getElement().setAttribute("role", "presentation");
    return heading;
  }

  private Component option(Hit hit, int number) {
    Span name = new Span(hit.name());
    name.addClassName("name");
    Span aside = new Span(hit.aside());
    aside.addClassName("mute");
    Div option = new Div(name, aside);
    option.setId("palette-" + number);
    option.setTitle(hit.name());
    option.getElement().setAttribute("role", "option");
    option.getElement().setAttribute("aria-selected", String.valueOf(number == 0));
    option.addClickListener(click -> choose(hit.choice()));
    return option;
  }

  private void choose(Choice choice) {
    dialog.close();
    switch (choice) {
      case Choice.Go go -> UI.getCurrent().navigate(go.address());
      case Choice.Ask ask -> menus.open(ask.action(), List.of(ask.target()));
    }
  }
}
