package io.matriarch.ui.fleet;

import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.MonitorDraft;
import io.matriarch.security.Secret;
import org.jspecify.annotations.Nullable;

/** The login with which a herd is read by SQL. A stored password never reaches the browser. */
final class MonitorFields {

  final TextField login = new TextField("Monitor login");
  final TextField database = new TextField("Monitor database");
  final PasswordField password = new PasswordField("Monitor password");
  final TextArea rootCertificate = new TextArea("Root certificate");

  MonitorFields() {
    login.setHelperText("Reads by SQL, a member of pg_monitor. Empty: through SSH, as the owner.");
    login.setPlaceholder("through SSH");
    login.setValueChangeMode(ValueChangeMode.EAGER);
    login.addValueChangeListener(typed -> enable());
    database.setPlaceholder(MonitorDraft.USUAL_DATABASE);
    password.setRevealButtonVisible(false);
    password.getElement().setAttribute("autocomplete", "new-password");
    rootCertificate.setHelperText(
        "PEM. The servers' certificates must lead to it and name their address (verify-full).");
    rootCertificate.setMaxHeight("12em");
    enable();
  }

  private void enable() {
    boolean named = !login.getValue().isBlank();
    database.setEnabled(named);
    password.setEnabled(named);
    rootCertificate.setEnabled(named);
  }

  void show(@Nullable MonitorDraft stored) {
    if (stored != null) {
      login.setValue(stored.login());
      database.setValue(stored.database());
      rootCertificate.setValue(stored.rootCertificate());
      password.setPlaceholder("stored");
      password.setHelperText("Kept while empty. Another login or root certificate needs it again.");
    }
    enable();
  }

  @Nullable MonitorDraft typed() {
    String name = login.getValue().strip();
    if (name.isEmpty()) {
      if (!password.isEmpty()) {
        throw new InvalidField("monitorLogin", "is missing, and a password is given");
      }
      return null;
    }
    return new MonitorDraft(
        name,
        database.isEmpty() ? MonitorDraft.USUAL_DATABASE : database.getValue().strip(),
        rootCertificate.getValue(),
        password.isEmpty() ? null : Secret.of(password.getValue()));
  }
}
