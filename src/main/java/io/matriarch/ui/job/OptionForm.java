package io.matriarch.ui.job;

import com.vaadin.flow.component.AbstractField;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasValue;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.TextField;
import io.matriarch.job.OptionSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Fields for the options of an action, made from what the action says of them. */
final class OptionForm extends Div {

  private final transient Map<String, Supplier<String>> values = new LinkedHashMap<>();
  private final transient Map<String, Checkbox> overrides = new LinkedHashMap<>();
  private final Map<String, String> labels = new HashMap<>();
  private final transient Runnable changed;
  private final transient Map<Long, String> members;
  private final transient Map<Long, String> servers;
  private final transient Map<String, String> chosen;

  /**
   * @param members who may be chosen for an option of kind MEMBER, the best first
   * @param servers who may be chosen for an option of kind SERVER
   * @param chosen members that are chosen already, by the names of their options
   */
  OptionForm(
      List<OptionSpec> specs,
      Map<Long, String> members,
      Map<Long, String> servers,
      Map<String, String> chosen,
      Runnable changed) {
    this.changed = changed;
    this.chosen = Map.copyOf(chosen);
    this.members = members;
    this.servers = servers;
    addClassName("options");
    for (OptionSpec spec : specs) {
      labels.put(spec.name(), spec.label());
      add(field(spec));
    }
    offer(Set.of());
  }

  /** Shows the switches that overrule a check only where a check can be overruled by them. */
  void offer(Set<String> overruling) {
    overrides.forEach((name, box) -> box.setVisible(box.getValue() || overruling.contains(name)));
    setVisible(getChildren().anyMatch(Component::isVisible));
  }

  /** What the field of an option is called. */
  String label(String name) {
    return labels.getOrDefault(name, name);
  }

  Map<String, String> values() {
    Map<String, String> now = new LinkedHashMap<>();
    values.forEach((name, value) -> now.put(name, value.get()));
    return now;
  }

  private Component field(OptionSpec spec) {
    return switch (spec.kind()) {
      case CHOICE -> choice(spec);
      case FLAG -> flag(spec);
      case NUMBER -> number(spec);
      case IDS -> ids(spec);
      case MEMBER -> member(spec);
      case SERVER -> server(spec);
      case INSTANT -> text(spec, "2026-11-25T22:00:00Z");
      case NAME, TEXT -> text(spec, "none");
    };
  }

  private Component choice(OptionSpec spec) {
    RadioButtonGroup<String> group = new RadioButtonGroup<>(spec.label());
    group.setItems(spec.choices());
    group.setValue(spec.standard());
    group.setHelperText(spec.help());
    values.put(spec.name(), group::getValue);
    return watched(group);
  }

  private Component flag(OptionSpec spec) {
    Checkbox box = new Checkbox(spec.label(), Boolean.parseBoolean(spec.standard()));
    box.setHelperText(spec.help());
    values.put(spec.name(), () -> String.valueOf(box.getValue()));
    if (spec.name().startsWith("ignore") || spec.name().startsWith("accept")) {
      overrides.put(spec.name(), box);
    }
    return watched(box);
  }

  private Component number(OptionSpec spec) {
    IntegerField field = new IntegerField(spec.label());
    field.setValue(Integer.valueOf(spec.standard()));
    field.setMin(0);
    field.setHelperText(spec.help());
    values.put(
        spec.name(),
        () -> field.getValue() == null ? spec.standard() : field.getValue().toString());
    return watched(field);
  }

  private Component member(OptionSpec spec) {
    Select<Long> field = new Select<>();
    List<Long> choices = new ArrayList<>(List.of(0L));
    choices.addAll(members.keySet());
    long first = Long.parseLong(chosen.getOrDefault(spec.name(), spec.standard()));
    if (!choices.contains(first)) {
      // The plan says why it may not be.
      choices.add(first);
    }
    field.setLabel(spec.label());
    field.setItems(choices);
    field.setItemLabelGenerator(
        id -> id == 0 ? "by rule" : members.getOrDefault(id, "instance " + id));
    field.setValue(first);
    field.setHelperText(spec.help());
    field.addClassName("member");
    values.put(spec.name(), () -> String.valueOf(field.getValue()));
    return watched(field);
  }

  private Component server(OptionSpec spec) {
    ComboBox<Long> field = new ComboBox<>(spec.label());
    field.setItems(servers.keySet());
    field.setItemLabelGenerator(id -> servers.getOrDefault(id, "server " + id));
    field.setPlaceholder("Choose a server");
    field.setOverlayWidth("20rem");
    field.setHelperText(spec.help());
    field.addClassName("member");
    values.put(
        spec.name(),
        () -> field.getValue() == null ? spec.standard() : String.valueOf(field.getValue()));
    return watched(field);
  }

  private Component text(OptionSpec spec, String placeholder) {
    TextField field = new TextField(spec.label());
    field.setPlaceholder(placeholder);
    field.setHelperText(spec.help());
    values.put(spec.name(), () -> field.getValue().strip());
    return watched(field);
  }

  private Component ids(OptionSpec spec) {
    TextField field = new TextField(spec.label());
    field.setValue(spec.standard());
    field.setHelperText(spec.help());
    values.put(
        spec.name(),
        () -> field.getValue().isBlank() ? spec.standard() : field.getValue().replace(" ", ""));
    return watched(field);
  }

  private <C extends AbstractField<C, V>, V> Component watched(C field) {
    field.addValueChangeListener(
        (HasValue.ValueChangeListener<AbstractField.ComponentValueChangeEvent<C, V>>)
            change -> changed.run());
    return field;
  }
}
