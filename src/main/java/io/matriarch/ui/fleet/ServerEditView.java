package io.matriarch.ui.fleet;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import io.matriarch.check.Check;
import io.matriarch.discovery.ServerCheck;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Server;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.inventory.Servers;
import io.matriarch.inventory.Versioned;
import io.matriarch.remote.SshIdentity;
import io.matriarch.security.Secret;
import io.matriarch.ui.component.CopyText;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import io.matriarch.ui.component.Section;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.TokenDialog;
import io.matriarch.ui.component.Tone;
import jakarta.annotation.security.RolesAllowed;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds or edits a server: install our key, compare its host key, try the connection, save. Nothing
 * is saved when the trial fails, unless as unverified.
 */
@Route("servers/:id([0-9]{1,18})/edit")
@RouteAlias("servers/new")
@RolesAllowed("DBA")
final class ServerEditView extends EditPage implements BeforeEnterObserver {

  private static final Set<String> GIVEN =
      Set.of(
          "name",
          "address",
          "sshPort",
          "sshUser",
          "hostKeys",
          "become",
          "environmentId",
          "site",
          "profileId",
          "notes");

  private final transient Servers servers;
  private final transient ServerCheck trial;
  private final TextField name = new TextField("Name");
  private final TextField address = new TextField("Address");
  private final IntegerField port = new IntegerField("SSH port");
  private final TextField user = new TextField("SSH user");
  private final TextField become = new TextField("Become the owner of PostgreSQL by");
  private final ComboBox<EnvironmentRow> environment;
  private final TextField site = new TextField("Site");
  private final ComboBox<Versioned<ProfileDraft>> profile;
  private final TextArea notes = new TextArea("Notes");
  private final HostKeyPicker keys;
  private final Div trials = new Div();
  private final Button unverified = new Button("Save as unverified");
  private transient @Nullable Versioned<ServerDraft> read;

  ServerEditView(
      Servers servers,
      ServerCheck trial,
      Listings listings,
      Profiles profiles,
      SshIdentity identity) {
    super("Add server", "server-edit");
    this.servers = servers;
    this.trial = trial;
    keys = new HostKeyPicker(trial, () -> address.getValue().strip(), this::sshPort);
    part(
        new Section(
            "1 · Let Matriarch in",
            new Span("Append this line to ~/.ssh/authorized_keys of the SSH user on the server."),
            new CopyText(identity.authorizedKeysLine())));
    part(new Section("2 · Where it is"));
    field("name", name).setRequired(true);
    field("address", address).setRequired(true);
    field("sshPort", port).setValue(22);
    field("sshUser", user).setValue("postgres");
    field("become", become);
    environment = field("environmentId", Choices.environment(listings));
    field("site", site);
    profile = field("profileId", Choices.profile(profiles));
    field("notes", notes);
    part(new Section("3 · Who it is", keys));
    trials.addClassName("trials");
    trials.getElement().setAttribute("role", "status");
    part(trials);
    texts();
  }

  private void texts() {
    name.setHelperText("As its agent reports it.");
    address.setHelperText("Host name or IP address.");
    become.setPlaceholder("nothing: the SSH user is the owner");
    become.setHelperText(
        "For example: sudo -n -u {owner}. {owner} becomes the owner of the cluster, or root for systemctl.");
    site.setHelperText("Data centre or region; DR pairs look for a standby at another one.");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    Optional<String> id = enter.getRouteParameters().get("id");
    if (id.isPresent()) {
      read = servers.find(Long.parseLong(id.get())).orElse(null);
      if (read == null) {
        enter.rerouteToError(NotFoundException.class, "There is no server " + id.get() + ".");
        return;
      }
      show(read.content());
    }
    primary("Check connection and save", this::checkAndSave);
    unverified.addClickListener(click -> attempt(() -> save(false)));
    unverified.setVisible(false);
    part(unverified);
    button("Cancel", () -> UI.getCurrent().navigate("servers"));
    if (read != null) {
      button("New agent token…", this::newToken);
      button("Delete…", this::askDelete);
    }
  }

  private int sshPort() {
    Integer value = port.getValue();
    return value == null ? 22 : value;
  }

  private void show(ServerDraft draft) {
    titled("Edit " + draft.name());
    name.setValue(draft.name());
    address.setValue(draft.address());
    port.setValue(draft.sshPort());
    user.setValue(draft.sshUser());
    become.setValue(String.join(" ", draft.become()));
    Choices.choose(environment, draft.environmentId());
    site.setValue(Objects.requireNonNullElse(draft.site(), ""));
    Choices.chooseProfile(profile, draft.profileId());
    notes.setValue(draft.notes());
    keys.pinned(draft.hostKeys());
  }

  private ServerDraft draft() {
    Versioned<ServerDraft> before = read;
    return new ServerDraft(
        name.getValue().strip(),
        before == null ? Server.Kind.SSH : before.content().kind(),
        Choices.chosen(environment),
        HerdEditView.orNull(site.getValue()),
        address.getValue().strip(),
        sshPort(),
        user.getValue().strip(),
        keys.chosen(),
        words(become.getValue()),
        Choices.chosenProfile(profile),
        notes.getValue().strip());
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  private void checkAndSave() {
    ServerDraft draft = draft();
    unverified.setVisible(true);
    if (draft.hostKeys().isEmpty()) {
      complain(
          "No host key is confirmed, so it cannot be connected to. Scan its keys, compare a fingerprint, tick it; or save it as unverified.");
      return;
    }
    List<Check> checks = attempt(draft);
    trials.removeAll();
    checks.forEach(this::show);
    if (ServerCheck.passed(checks)) {
      save(true);
    } else {
      complain(
          "The connection does not work yet; nothing was saved. Mend what failed and try again, or save the server as unverified.");
    }
  }

  private List<Check> attempt(ServerDraft draft) {
    try {
      return trial.check(draft);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(Check.failed("connect", "interrupted", "Try again."));
    }
  }

  private void show(Check check) {
    StateText state =
        switch (check.outcome()) {
          case PASSED -> StateText.of("passed", Tone.DONE);
          case WARNING -> StateText.of("warning", Tone.WARN);
          case FAILED -> StateText.of("failed", Tone.BAD);
        };
    Span what = new Span(check.name());
    what.addClassName("strong");
    Div line = new Div(new StateBadge(state), what, new Span(check.seen() + " " + check.remedy()));
    line.addClassName("trial");
    trials.add(line);
  }

  private void save(boolean verified) {
    ServerDraft draft = draft();
    Versioned<ServerDraft> before = read;
    long id;
    Secret token = null;
    Creation made = null;
    if (before == null) {
      made = servers.create(draft, GIVEN);
      id = made.id();
      token = made.secret();
    } else {
      servers.update(before.id(), before.version(), draft);
      id = before.id();
    }
    if (verified) {
      servers.find(id).ifPresent(now -> servers.markVerified(id, now.version()));
    }
    UI.getCurrent().navigate("servers/" + id);
    if (token == null) {
      told("server " + draft.name(), made);
    } else {
      new TokenDialog(
              "Agent token of " + draft.name(),
              "Put it into /etc/matriarch/report.conf on the server. It is shown once; only a hash is kept.",
              token)
          .open();
    }
  }

  private void newToken() {
    Versioned<ServerDraft> before = read;
    if (before != null) {
      new TokenDialog(
              "New agent token of " + before.content().name(),
              "The old one has ended. Put this one into /etc/matriarch/report.conf. It is shown once.",
              servers.newAgentToken(before.id()))
          .open();
    }
  }

  private void askDelete() {
    Versioned<ServerDraft> before = read;
    if (before != null) {
      new DeleteDialog(
              "server " + before.content().name(),
              "It goes only if no instance is on it. Nothing is done on the host.",
              () ->
                  attempt(
                      () -> {
                        servers.delete(before.id(), before.version());
                        UI.getCurrent().navigate("servers");
                      }))
          .open();
    }
  }
}
