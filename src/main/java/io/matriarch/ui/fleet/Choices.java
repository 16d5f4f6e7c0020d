package io.matriarch.ui.fleet;

import com.vaadin.flow.component.combobox.ComboBox;
import io.matriarch.database.Query;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import org.jspecify.annotations.Nullable;

/** Fields that choose one environment or one command profile; empty is a choice too. */
final class Choices {

  private Choices() {}

  static ComboBox<EnvironmentRow> environment(Listings listings) {
    ComboBox<EnvironmentRow> box = new ComboBox<>("Environment");
    box.setItems(listings.environments().page(Query.all()));
    box.setItemLabelGenerator(EnvironmentRow::name);
    box.setClearButtonVisible(true);
    box.setPlaceholder("unassigned");
    return box;
  }

  static void choose(ComboBox<EnvironmentRow> box, @Nullable Long id) {
    box.getListDataView()
        .getItems()
        .filter(e -> id != null && e.id() == id)
        .findFirst()
        .ifPresent(box::setValue);
  }

  static @Nullable Long chosen(ComboBox<EnvironmentRow> box) {
    EnvironmentRow row = box.getValue();
    return row == null ? null : row.id();
  }

  static ComboBox<Versioned<ProfileDraft>> profile(Profiles profiles) {
    ComboBox<Versioned<ProfileDraft>> box = new ComboBox<>("Command profile");
    box.setItems(profiles.all());
    box.setItemLabelGenerator(p -> p.content().name());
    box.setClearButtonVisible(true);
    box.setPlaceholder("by what the host runs");
    box.setHelperText(
        "How PostgreSQL is started and stopped. Leave empty to choose by init system.");
    return box;
  }

  static void chooseProfile(ComboBox<Versioned<ProfileDraft>> box, @Nullable Long id) {
    box.getListDataView()
        .getItems()
        .filter(p -> id != null && p.id() == id)
        .findFirst()
        .ifPresent(box::setValue);
  }

  static @Nullable Long chosenProfile(ComboBox<Versioned<ProfileDraft>> box) {
    Versioned<ProfileDraft> profile = box.getValue();
    return profile == null ? null : profile.id();
  }
}
