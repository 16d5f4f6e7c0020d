package io.matriarch.ui.fleet;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.Herd;
import io.matriarch.inventory.HerdDraft;
import io.matriarch.inventory.Herds;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import io.matriarch.ui.component.Notices;
import jakarta.annotation.security.RolesAllowed;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Edits what people say about a herd; its members come from reports. */
@Route("herds/:id([0-9]{1,18})/edit")
@RolesAllowed("DBA")
final class HerdEditView extends EditPage implements BeforeEnterObserver {

  private final transient Herds herds;
  private final TextField name = field("name", new TextField("Name"));
  private final ComboBox<EnvironmentRow> environment;
  private final TextArea description = field("description", new TextArea("Description"));
  private final TextField owner = field("owner", new TextField("Owner"));
  private final TextField tags = field("tags", new TextField("Tags"));
  private final TextField virtualHost = field("virtualHost", new TextField("Virtual host"));
  private final IntegerField port = field("port", new IntegerField("Port"));
  private final IntegerField priority = field("priority", new IntegerField("Priority"));
  private final TextField dataDirectory = field("dataDirectory", new TextField("Data directory"));
  private final ComboBox<Versioned<ProfileDraft>> profile;
  private final MonitorFields monitor = new MonitorFields();
  private transient @Nullable Versioned<HerdDraft> read;

  HerdEditView(Herds herds, Listings listings, Profiles profiles) {
    super("Edit herd", "herds");
    this.herds = herds;
    environment = field("environmentId", Choices.environment(listings));
    profile = field("profileId", Choices.profile(profiles));
    field("monitorLogin", monitor.login);
    field("monitorDatabase", monitor.database);
    field("monitorPassword", monitor.password);
    field("monitorRootCertificate", monitor.rootCertificate);
    name.setHelperText("Unique within its environment.");
    name.setRequired(true);
    description.setHelperText("Important details, notes, caveats.");
    tags.setHelperText("Separated by spaces.");
    virtualHost.setHelperText("The name by which clients find the primary.");
    port.setHelperText("Default of new members.");
    priority.setHelperText(
        "1 to 1000: where a job goes by priority, lower numbers are moved first.");
    dataDirectory.setHelperText("Default of new members.");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    long id = Long.parseLong(enter.getRouteParameters().get("id").orElseThrow());
    Versioned<HerdDraft> found = herds.find(id).orElse(null);
    if (found == null) {
      enter.rerouteToError(NotFoundException.class, "There is no herd " + id + ".");
      return;
    }
    read = found;
    show(found.content());
    primary("Save herd", () -> save(found));
    button("Cancel", () -> UI.getCurrent().navigate("herds/" + id));
    button("Delete…", () -> askDelete(found));
  }

  private void show(HerdDraft draft) {
    titled("Edit " + draft.name());
    name.setValue(draft.name());
    Choices.choose(environment, draft.environmentId());
    description.setValue(draft.description());
    owner.setValue(draft.owner());
    tags.setValue(String.join(" ", draft.tags()));
    virtualHost.setValue(Objects.requireNonNullElse(draft.virtualHost(), ""));
    port.setValue(draft.port());
    priority.setValue(draft.priority());
    dataDirectory.setValue(Objects.requireNonNullElse(draft.dataDirectory(), ""));
    Choices.chooseProfile(profile, draft.profileId());
    monitor.show(draft.monitor());
  }

  private void save(Versioned<HerdDraft> before) {
    HerdDraft draft =
        new HerdDraft(
            name.getValue().strip(),
            Choices.chosen(environment),
            description.getValue().strip(),
            owner.getValue().strip(),
            words(tags.getValue()),
            port.getValue(),
            orNull(virtualHost.getValue()),
            orNull(dataDirectory.getValue()),
            before.content().systemIdentifier(),
            Choices.chosenProfile(profile),
            monitor.typed(),
            Objects.requireNonNullElse(priority.getValue(), Herd.USUAL_PRIORITY));
    herds.update(before.id(), before.version(), draft);
    UI.getCurrent().navigate("herds/" + before.id());
    Notices.good("Saved herd " + draft.name() + ".");
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  static @Nullable String orNull(String text) {
    return text.isBlank() ? null : text.strip();
  }

  private void askDelete(Versioned<HerdDraft> before) {
    new DeleteDialog(
            "herd " + before.content().name(),
            "It goes only if it has no members. Nothing is done on any server.",
            () ->
                attempt(
                    () -> {
                      herds.delete(before.id(), before.version());
                      UI.getCurrent().navigate("herds");
                    }))
        .open();
  }
}
