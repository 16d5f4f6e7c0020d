package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.checkbox.CheckboxGroup;
import com.vaadin.flow.component.contextmenu.ContextMenu;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.popover.Popover;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import io.matriarch.database.Quotes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The filters above a grid: one chip a column, with its values or a comparison behind it. */
final class Chips<R> extends Div {

  private final transient List<Field<R>> fields;
  private final transient Function<String, List<String>> values;
  private final transient BiConsumer<String, List<String>> changed;
  private final Set<String> extra = new LinkedHashSet<>();
  private transient Map<String, List<String>> shown = Map.of();

  Chips(
      List<Field<R>> fields,
      Function<String, List<String>> values,
      BiConsumer<String, List<String>> changed) {
    this.fields = fields.stream().filter(Field::isFilterable).toList();
    this.values = values;
    this.changed = changed;
    addClassName("chips");
  }

  void show(Map<String, List<String>> filters) {
    if (getComponentCount() > 0 && filters.equals(shown)) {
      return;
    }
    shown = filters;
    draw();
  }

  private void draw() {
    removeAll();
    for (Field<R> field : fields) {
      if (field.isFacet() && !field.isHidden()
          || shown.containsKey(field.key())
          || extra.contains(field.key())) {
        add(chip(field));
      }
    }
    add(more());
    if (!shown.isEmpty()) {
      NativeButton clear = new NativeButton("clear filters", click -> clear());
      clear.addClassNames("chip", "plain");
      add(clear);
    }
  }

  private void clear() {
    extra.clear();
    for (String column : List.copyOf(shown.keySet())) {
      changed.accept(column, List.of());
    }
  }

  private Component chip(Field<R> field) {
    List<String> written = shown.getOrDefault(field.key(), List.of());
    List<String> set = field.isFacet() ? written.stream().map(Quotes::bare).toList() : written;
    Span what = new Span(field.header());
    what.addClassName("what");
    Span value = new Span(set.isEmpty() ? "any" : String.join(", ", set));
    NativeButton chip = new NativeButton();
    chip.add(what, new Span(" "), value);
    chip.addClassName("chip");
    chip.getElement().setAttribute("aria-haspopup", "dialog");
    if (!set.isEmpty()) {
      chip.addClassName("set");
    }
    Popover popover = new Popover();
    popover.setTarget(chip);
    popover.setModal(true);
    popover.setAriaLabel("Filter by " + field.header());
    popover.addOpenedChangeListener(
        opened -> {
          if (opened.isOpened()) {
            popover.removeAll();
            popover.add(field.isFacet() ? choices(field, set) : comparison(field, set, popover));
          }
        });
    return new Div(chip, popover);
  }

  private Component choices(Field<R> field, List<String> set) {
    CheckboxGroup<String> group = new CheckboxGroup<>();
    group.setAriaLabel(field.header());
    Set<String> all = new LinkedHashSet<>(values.apply(field.key()));
    all.addAll(set);
    group.setItems(all);
    group.setValue(Set.copyOf(set));
    group.addValueChangeListener(
        change ->
            changed.accept(
                field.key(), change.getValue().stream().sorted().map(Quotes::written).toList()));
    NativeButton any = new NativeButton("any", click -> changed.accept(field.key(), List.of()));
    any.addClassName("linklike");
    Div tools = new Div(new Span(field.header()), any);
    tools.addClassName("tools");
    Div box = new Div(tools, group);
    box.addClassName("chooser");
    return box;
  }

  private Component comparison(Field<R> field, List<String> set, Popover popover) {
    TextField text = new TextField(field.header());
    text.setHelperText(
        switch (field.kind()) {
          case BYTES -> ">10MB, <1GB, unknown";
          case NUMBER -> "16, >100, unknown";
          case AGE, INSTANT -> ">5min (older), <1h (younger), never";
          case YES_NO -> "yes, no, unknown";
          case TEXT -> "any part of it; =exact";
        });
    text.setValue(String.join(" ", set));
    text.setValueChangeMode(ValueChangeMode.ON_CHANGE);
    text.setAutofocus(true);
    Button apply = new Button("Filter", click -> popover.close());
    text.addValueChangeListener(
        change ->
            changed.accept(
                field.key(),
                change.getValue().isBlank() ? List.of() : List.of(change.getValue().strip())));
    Div box = new Div(text, apply);
    box.addClassName("chooser");
    return box;
  }

  private Component more() {
    NativeButton button = new NativeButton("+ filter");
    button.addClassNames("chip", "plain");
    button.getElement().setAttribute("aria-haspopup", "menu");
    ContextMenu menu = new ContextMenu(button);
    menu.setOpenOnClick(true);
    fields.stream()
        .filter(
            f ->
                !shown.containsKey(f.key())
                    && !extra.contains(f.key())
                    && (!f.isFacet() || f.isHidden()))
        .forEach(
            f ->
                menu.addItem(
                    f.header(),
                    click -> {
                      extra.add(f.key());
                      draw();
                    }));
    return button;
  }
}
