package io.matriarch.ui.access;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.TextField;
import io.matriarch.security.Role;
import io.matriarch.security.Tokens;
import io.matriarch.ui.component.TokenDialog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Makes a token with a role and, better, an end. */
final class NewTokenDialog extends Dialog {

  NewTokenDialog(Tokens tokens, Clock clock, Runnable made) {
    setHeaderTitle("New API token");
    setWidth("min(460px, 94vw)");
    TextField name = new TextField("Name");
    name.setHelperText("What uses it.");
    name.setRequired(true);
    Select<Role> role = new Select<>();
    role.setLabel("Role");
    role.setItems(Role.values());
    role.setItemLabelGenerator(Role::stored);
    role.setValue(Role.VIEWER);
    IntegerField days = new IntegerField("Ends after days");
    days.setValue(365);
    days.setMin(1);
    days.setHelperText("Empty: never.");
    Div form = new Div(name, role, days);
    form.addClassName("form");
    add(form);
    Button make = new Button("Make token");
    make.addThemeName("primary");
    make.addClickListener(
        click -> {
          try {
            Instant end =
                days.getValue() == null
                    ? null
                    : clock.instant().plus(Duration.ofDays(days.getValue()));
            Tokens.Created created = tokens.create(name.getValue().strip(), role.getValue(), end);
            close();
            made.run();
            new TokenDialog(
                    "Token " + name.getValue().strip(),
                    "Send it as Authorization: Bearer … It is shown once; only a hash is kept.",
                    created.secret())
                .open();
          } catch (IllegalArgumentException e) {
            name.setErrorMessage(e.getMessage());
            name.setInvalid(true);
          }
        });
    getFooter().add(new Button("Cancel", click -> close()), make);
  }
}
