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

  private static final int LONGEST_DAYS = 3650;

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
    days.setMax(LONGEST_DAYS);
    days.setI18n(
        new IntegerField.IntegerFieldI18n()
            .setBadInputErrorMessage("A whole number of days, or nothing.")
            .setMinErrorMessage("It ends tomorrow at the earliest.")
            .setMaxErrorMessage("At most %d days; empty: never.".formatted(LONGEST_DAYS)));
    days.setHelperText("Empty: never.");
    Div form = new Div(name, role, days);
    form.addClassName("form");
    add(form);
    Button make = new Button("Make token");
    make.addThemeName("primary");
    make.addClickListener(
        click -> {
          if (days.isInvalid()) {
            return;
          }
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
