package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import io.matriarch.inventory.Candidacy.Preference;
import io.matriarch.inventory.EditRefused;
import io.matriarch.inventory.InstanceDraft;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Instances;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.Notices;

/** Asks whether an instance should become primary when nobody is named. */
final class PreferenceDialog extends Dialog {

  private final transient Instances instances;
  private final transient InstanceRow row;
  private final transient Runnable done;
  private final RadioButtonGroup<Preference> preference =
      new RadioButtonGroup<>("As a new primary");
  private final Div refused = new Div();

  PreferenceDialog(Instances instances, InstanceRow row, Runnable done) {
    this.instances = instances;
    this.row = row;
    this.done = done;
    setHeaderTitle("May " + States.name(row) + " become primary?");
    setWidth("min(520px, 94vw)");
    preference.setItems(Preference.values());
    preference.setItemLabelGenerator(PreferenceDialog::said);
    preference.addThemeName("vertical");
    preference.setValue(row.preference());
    refused.addClassName("formerror");
    refused.getElement().setAttribute("role", "alert");
    refused.setVisible(false);
    add(
        new Paragraph(
            "It counts when a switch chooses its candidate by rule: this comes before site, synchronous replication and lag."),
        preference,
        refused);
    Button save = new Button("Save", click -> save());
    save.addThemeName("primary");
    getFooter().add(new Button("Cancel", click -> close()), save);
  }

  /** In a few words, for facts. */
  static String word(Preference preference) {
    return switch (preference) {
      case PREFER -> "preferred";
      case NEUTRAL -> "like any other";
      case AVOID -> "only if there is no other";
      case NEVER -> "never";
    };
  }

  private static String said(Preference preference) {
    return switch (preference) {
      case PREFER -> "Preferred: chosen before all others";
      case NEUTRAL -> "Like any other: site, synchronous replication and lag decide";
      case AVOID -> "Only if there is no other";
      case NEVER -> "Never: not even when somebody names it";
    };
  }

  private void save() {
    try {
      instances.update(row.id(), row.edits(), new InstanceDraft(preference.getValue()));
    } catch (EditRefused e) {
      refuse(e.reason());
      return;
    } catch (AccessRefused e) {
      refuse(String.valueOf(e.getMessage()));
      return;
    }
    done.run();
    close();
    Notices.good(
        "Saved: %s as a new primary is %s."
            .formatted(States.name(row), word(preference.getValue())));
  }

  private void refuse(String reason) {
    refused.setText(reason);
    refused.setVisible(true);
  }
}
