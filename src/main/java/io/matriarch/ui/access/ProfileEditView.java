package io.matriarch.ui.access;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import io.matriarch.ui.component.Notices;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Edits a command profile: one argument a line, so that nothing needs quoting. */
@Route("profiles/:id([0-9]{1,18})/edit")
@RouteAlias("profiles/new")
@RolesAllowed("ADMIN")
final class ProfileEditView extends EditPage implements BeforeEnterObserver {

  private final transient Profiles profiles;
  private final TextField name = field("name", new TextField("Name"));
  private final TextField description = field("description", new TextField("Description"));
  private final TextArea start = field("start", new TextArea("Start"));
  private final TextArea stop = field("stop", new TextArea("Stop"));
  private final TextArea reload = field("reload", new TextArea("Reload"));
  private final Checkbox asOwner = new Checkbox("Run as the owner of the cluster", true);
  private transient @Nullable Versioned<ProfileDraft> read;

  ProfileEditView(Profiles profiles) {
    super("Add profile", "profiles");
    this.profiles = profiles;
    String places =
        "One argument a line. In braces: "
            + String.join(", ", ProfileDraft.PLACEHOLDERS.stream().sorted().toList())
            + ".";
    List.of(start, stop, reload)
        .forEach(
            area -> {
              area.setHelperText(places);
              area.addClassName("arguments");
            });
    part(asOwner);
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    Optional<String> id = enter.getRouteParameters().get("id");
    if (id.isPresent()) {
      read = profiles.find(Long.parseLong(id.get())).orElse(null);
      if (read == null) {
        enter.rerouteToError(NotFoundException.class, "There is no profile " + id.get() + ".");
        return;
      }
      show(read.content());
    }
    primary("Save profile", this::save);
    button("Cancel", () -> UI.getCurrent().navigate("profiles"));
    if (read != null) {
      button("Delete…", this::askDelete);
    }
  }

  private void show(ProfileDraft draft) {
    titled("Edit " + draft.name());
    name.setValue(draft.name());
    description.setValue(draft.description());
    start.setValue(String.join("\n", draft.start()));
    stop.setValue(String.join("\n", draft.stop()));
    reload.setValue(String.join("\n", draft.reload()));
    asOwner.setValue(draft.asOwner());
  }

  private static List<String> lines(TextArea area) {
    return area.getValue().lines().filter(line -> !line.isEmpty()).toList();
  }

  private void save() {
    ProfileDraft draft =
        new ProfileDraft(
            name.getValue().strip(),
            description.getValue().strip(),
            lines(start),
            lines(stop),
            lines(reload),
            asOwner.getValue());
    Versioned<ProfileDraft> before = read;
    if (before == null) {
      profiles.create(draft, Set.of("name", "description", "start", "stop", "reload", "asOwner"));
    } else {
      profiles.update(before.id(), before.version(), draft);
    }
    UI.getCurrent().navigate("profiles");
    Notices.good("Saved profile " + draft.name() + ". Plans made from now on use it.");
  }

  private void askDelete() {
    Versioned<ProfileDraft> before = read;
    if (before != null) {
      new DeleteDialog(
              "profile " + before.content().name(),
              "It goes only if no server and no herd uses it.",
              () ->
                  attempt(
                      () -> {
                        profiles.delete(before.id(), before.version());
                        UI.getCurrent().navigate("profiles");
                      }))
          .open();
    }
  }
}
