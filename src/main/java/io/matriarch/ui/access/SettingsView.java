package io.matriarch.ui.access;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.EditRefused;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Setting;
import io.matriarch.inventory.Settings;
import io.matriarch.ui.component.Notices;
import io.matriarch.ui.component.Page;
import jakarta.annotation.security.RolesAllowed;

/** Console-wide settings, each with what it does. */
@Route("settings")
@RolesAllowed("ADMIN")
final class SettingsView extends Page {

  private final transient Settings settings;
  private final Div list = new Div();

  SettingsView(Settings settings) {
    super("Settings", "settings");
    this.settings = settings;
    list.addClassName("table");
    addBody().add(list);
    refresh();
  }

  private void refresh() {
    list.removeAll();
    settings.all().forEach(setting -> list.add(line(setting)));
  }

  private Div line(Setting setting) {
    Span name = new Span(setting.name());
    name.addClassName("mono");
    TextField value = new TextField();
    value.setValue(setting.value());
    value.setAriaLabel(setting.name());
    Span what = new Span(setting.description());
    what.addClassName("mute");
    Button save = new Button("Save");
    save.setEnabled(false);
    value.addValueChangeListener(
        change -> save.setEnabled(!change.getValue().equals(setting.value())));
    value.setValueChangeMode(com.vaadin.flow.data.value.ValueChangeMode.EAGER);
    save.addClickListener(
        click -> {
          try {
            settings.update(setting.name(), setting.value(), value.getValue().strip());
            Notices.good("Saved " + setting.name() + ".");
            refresh();
          } catch (EditRefused e) {
            value.setErrorMessage(
                e instanceof InvalidField field
                    ? "It" + field.reason().substring(field.field().length())
                    : e.reason());
            value.setInvalid(true);
          }
        });
    Div line = new Div(name, value, what, save);
    line.addClassNames("row", "setting");
    return line;
  }
}
