package io.matriarch.ui.fleet;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.EnvironmentDraft;
import io.matriarch.inventory.Environments;
import io.matriarch.inventory.Versioned;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import jakarta.annotation.security.RolesAllowed;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes or edits an environment. */
@Route("environments/:id([0-9]{1,18})/edit")
@RouteAlias("environments/new")
@RolesAllowed("DBA")
final class EnvironmentEditView extends EditPage implements BeforeEnterObserver {

  private static final Set<String> GIVEN =
      Set.of("name", "description", "position", "stallObjectiveMillis", "lagObjectiveSeconds");

  private final transient Environments environments;
  private final TextField name = field("name", new TextField("Name"));
  private final TextArea description = field("description", new TextArea("Description"));
  private final IntegerField position = field("position", new IntegerField("Order on screen"));
  private final IntegerField stall =
      field("stallObjectiveMillis", new IntegerField("Objective: longest stall (ms)"));
  private final IntegerField lag =
      field("lagObjectiveSeconds", new IntegerField("Objective: lag of DR standbys (s)"));
  private transient @Nullable Versioned<EnvironmentDraft> read;

  EnvironmentEditView(Environments environments) {
    super("Add environment", "environments");
    this.environments = environments;
    name.setHelperText("Example: dev, stage, prod.");
    name.setRequired(true);
    description.setHelperText("Use cases, important notes.");
    position.setValue(100);
    position.setHelperText("Lower ones come first.");
    stall.setHelperText(
        "How long clients may wait while a herd is moved; drills are measured against it.");
    lag.setHelperText("How far behind a DR standby may be; DR pairs beyond it are marked.");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    Optional<String> id = enter.getRouteParameters().get("id");
    if (id.isPresent()) {
      read = environments.find(Long.parseLong(id.get())).orElse(null);
      if (read == null) {
        enter.rerouteToError(NotFoundException.class, "There is no environment " + id.get() + ".");
        return;
      }
      titled("Edit " + read.content().name());
      name.setValue(read.content().name());
      description.setValue(read.content().description());
      position.setValue(read.content().position());
      stall.setValue(read.content().stallObjectiveMillis());
      lag.setValue(read.content().lagObjectiveSeconds());
    }
    primary("Save environment", this::save);
    button("Cancel", () -> UI.getCurrent().navigate("environments"));
    if (read != null) {
      button("Delete…", this::askDelete);
    }
  }

  private void save() {
    Integer order = position.getValue();
    EnvironmentDraft draft =
        new EnvironmentDraft(
            name.getValue().strip(),
            description.getValue().strip(),
            order == null ? 100 : order,
            stall.getValue(),
            lag.getValue());
    Versioned<EnvironmentDraft> before = read;
    Creation made = null;
    if (before == null) {
      made = environments.create(draft, GIVEN);
    } else {
      environments.update(before.id(), before.version(), draft);
    }
    UI.getCurrent().navigate("environments");
    told("environment " + draft.name(), made);
  }

  private void askDelete() {
    Versioned<EnvironmentDraft> before = read;
    if (before != null) {
      new DeleteDialog(
              "environment " + before.content().name(),
              "It goes only if no server and no herd is in it.",
              () ->
                  attempt(
                      () -> {
                        environments.delete(before.id(), before.version());
                        UI.getCurrent().navigate("environments");
                      }))
          .open();
    }
  }
}
