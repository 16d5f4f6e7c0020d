package io.matriarch.ui.access;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import io.matriarch.ui.component.Page;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;

/** How PostgreSQL is started, stopped and reloaded on each kind of host. */
@Route("profiles")
@RolesAllowed("ADMIN")
final class ProfilesView extends Page {

  ProfilesView(Profiles profiles) {
    super("Command profiles", "profiles");
    Button add = new Button("Add profile", click -> UI.getCurrent().navigate("profiles/new"));
    add.addThemeName("primary");
    addButtons(add);
    Div list = new Div();
    list.addClassName("table");
    profiles.all().forEach(profile -> list.add(block(profile)));
    addBody().add(list);
  }

  private static Div block(Versioned<ProfileDraft> profile) {
    ProfileDraft draft = profile.content();
    Anchor name = new Anchor("profiles/" + profile.id() + "/edit", draft.name());
    name.getElement().setAttribute("router-link", true);
    name.addClassName("strong");
    Span text =
        new Span(
            draft.description()
                + (draft.asOwner() ? "" : " Runs as the SSH user, not as the owner."));
    text.addClassName("mute");
    Div block = new Div(new Div(name, new Span(" "), text));
    block.add(
        command("start", draft.start()),
        command("stop", draft.stop()),
        command("reload", draft.reload()));
    block.addClassName("block");
    return block;
  }

  private static Div command(String verb, List<String> arguments) {
    Span what = new Span(verb);
    what.addClassNames("mute", "verb");
    Div line = new Div(what);
    for (String argument : arguments) {
      Code code = new Code(argument);
      code.addClassName("argument");
      line.add(code);
    }
    line.addClassName("command");
    return line;
  }
}
