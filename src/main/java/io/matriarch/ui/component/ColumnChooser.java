package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.checkbox.CheckboxGroup;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.popover.Popover;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The button "Columns" with a box to tick for each. */
final class ColumnChooser {

  private ColumnChooser() {}

  static <R> Component of(
      List<Field<R>> fields, Predicate<Field<?>> isShown, Consumer<List<String>> changed) {
    Button button = new Button("Columns");
    Popover popover = new Popover();
    popover.setTarget(button);
    popover.setAriaLabel("Columns");
    popover.addOpenedChangeListener(
        opened -> {
          if (opened.isOpened()) {
            popover.removeAll();
            popover.add(boxes(fields, isShown, changed));
          }
        });
    return new Div(button, popover);
  }

  private static <R> Component boxes(
      List<Field<R>> fields, Predicate<Field<?>> isShown, Consumer<List<String>> changed) {
    CheckboxGroup<Field<R>> group = new CheckboxGroup<>();
    group.setAriaLabel("Columns shown");
    group.setItems(fields);
    group.setItemLabelGenerator(Field::header);
    group.setValue(fields.stream().filter(isShown).collect(Collectors.toSet()));
    group.addValueChangeListener(
        change ->
            changed.accept(
                fields.stream().filter(change.getValue()::contains).map(Field::key).toList()));
    Div box = new Div(group);
    box.addClassName("chooser");
    return box;
  }
}
