package io.matriarch.ui.access;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.combobox.MultiSelectComboBox;
import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import io.matriarch.alarm.ProblemKinds;
import io.matriarch.alarm.ReceiverDraft;
import io.matriarch.alarm.ReceiverKind;
import io.matriarch.alarm.Receivers;
import io.matriarch.database.Query;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Secret;
import io.matriarch.ui.component.AskDialog;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import io.matriarch.ui.component.TokenDialog;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds or edits a receiver of alarms. */
@Route("alarms/:id([0-9]{1,18})/edit")
@RouteAlias("alarms/new")
@RolesAllowed("ADMIN")
final class AlarmEditView extends EditPage implements BeforeEnterObserver {

  private static final Set<String> GIVEN =
      Set.of("kind", "address", "environmentId", "leastSeverity", "problemKinds", "enabled");

  private final transient Receivers receivers;
  private final transient Listings listings;
  private final TextField name = field("name", new TextField("Name"));
  private final ComboBox<String> kind = field("kind", new ComboBox<>("Kind"));
  private final TextField address = field("address", new TextField("Address"));
  private final PasswordField secret = field("secret", new PasswordField("Secret"));
  private final ComboBox<EnvironmentRow> environment =
      field("environment", new ComboBox<>("Environment"));
  private final ComboBox<String> severity = field("leastSeverity", new ComboBox<>("Severity"));
  private final MultiSelectComboBox<String> kinds =
      field("problemKinds", new MultiSelectComboBox<>("Kinds of problem"));
  private final Checkbox enabled = field("enabled", new Checkbox("Enabled", true));
  private transient @Nullable Versioned<ReceiverDraft> read;

  AlarmEditView(Receivers receivers, Listings listings) {
    super("Add receiver", "alarms");
    this.receivers = receivers;
    this.listings = listings;
    kind.setItems(ReceiverKind.words());
    kind.addValueChangeListener(change -> showKind());
    kind.setValue(ReceiverKind.WEBHOOK.word());
    environment.setItems(listings.environments().page(Query.all().window(0, Integer.MAX_VALUE)));
    environment.setItemLabelGenerator(EnvironmentRow::name);
    environment.setPlaceholder("all");
    environment.setClearButtonVisible(true);
    severity.setItems(ReceiverDraft.SEVERITIES);
    severity.setItemLabelGenerator(word -> word.equals("critical") ? "critical only" : "all");
    severity.setValue(ReceiverDraft.SEVERITIES.getFirst());
    kinds.setItems(ProblemKinds.ALL);
    kinds.setPlaceholder("all");
    kinds.setClearButtonVisible(true);
    name.setRequired(true);
    address.setRequired(true);
    environment.setHelperText("Problems of one environment only.");
    kinds.setHelperText("Problems of these kinds only.");
    enabled.setHelperText("While it is not, nothing is sent, and what waits is given up.");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    Optional<String> id = enter.getRouteParameters().get("id");
    if (id.isPresent()) {
      read = receivers.find(Long.parseLong(id.get())).orElse(null);
      if (read == null) {
        enter.rerouteToError(NotFoundException.class, "There is no receiver " + id.get() + ".");
        return;
      }
      show(read.content());
    }
    primary("Save receiver", this::save);
    button("Cancel", this::leave);
    if (read != null) {
      if (isWebhook()) {
        button("New secret…", this::askSecret);
      }
      button("Delete…", this::askDelete);
    }
  }

  private boolean isWebhook() {
    return ReceiverKind.WEBHOOK.word().equals(kind.getValue());
  }

  private void showKind() {
    secret.setVisible(isWebhook());
    address.setHelperText(
        isWebhook()
            ? "A URL that takes JSON by POST. Redirects are not followed."
            : "One e-mail address, such as that of a list.");
    secret.setHelperText(
        "It signs what is sent: 32 characters or more. Empty: one is made and shown once.");
  }

  private void show(ReceiverDraft draft) {
    titled("Edit " + draft.name());
    name.setValue(draft.name());
    kind.setValue(draft.kind());
    kind.setReadOnly(true);
    address.setValue(draft.address());
    Long id = draft.environmentId();
    if (id != null) {
      listings.environments().byKey(id).ifPresent(environment::setValue);
    }
    severity.setValue(draft.leastSeverity());
    List<String> chosen = draft.problemKinds();
    kinds.setValue(chosen == null ? Set.of() : Set.copyOf(chosen));
    enabled.setValue(draft.enabled());
    secret.setHelperText("Empty keeps the one that is stored.");
  }

  private ReceiverDraft draft() {
    EnvironmentRow only = environment.getValue();
    boolean signed = isWebhook() && !secret.getValue().isEmpty();
    return new ReceiverDraft(
        name.getValue().strip(),
        Objects.requireNonNullElse(kind.getValue(), ""),
        address.getValue(),
        signed ? Secret.of(secret.getValue().strip()) : null,
        only == null ? null : only.id(),
        Objects.requireNonNullElse(severity.getValue(), ""),
        kinds.getValue().isEmpty() ? null : List.copyOf(kinds.getValue()),
        enabled.getValue());
  }

  private void save() {
    ReceiverDraft draft = draft();
    Versioned<ReceiverDraft> before = read;
    if (before == null) {
      Creation made = receivers.create(draft, GIVEN);
      UI.getCurrent().navigate("alarms/" + made.id());
      Secret fresh = made.secret();
      if (fresh == null) {
        told("receiver " + draft.name(), made);
      } else {
        showSecret("Secret of " + draft.name(), fresh);
      }
    } else {
      receivers.update(before.id(), before.version(), draft);
      leave();
      told("receiver " + draft.name(), null);
    }
  }

  private static void showSecret(String title, Secret secret) {
    new TokenDialog(
            title,
            "The receiver verifies with it that a message is ours. It is sealed, and shown only now.",
            secret)
        .open();
  }

  private void leave() {
    UI.getCurrent().navigate(read == null ? "alarms" : "alarms/" + read.id());
  }

  private void askSecret() {
    Versioned<ReceiverDraft> before = read;
    if (before != null) {
      String who = before.content().name();
      new AskDialog(
              "Make a new secret for " + who + "?",
              "The old one ends at once: until the receiver has the new one, it takes our messages for forged.",
              "Make a new secret",
              () ->
                  attempt(
                      () -> showSecret("New secret of " + who, receivers.newSecret(before.id()))))
          .open();
    }
  }

  private void askDelete() {
    Versioned<ReceiverDraft> before = read;
    if (before != null) {
      new DeleteDialog(
              "receiver " + before.content().name(),
              "It is told of nothing any more, and the list of what it was told goes with it.",
              () ->
                  attempt(
                      () -> {
                        receivers.delete(before.id(), before.version());
                        UI.getCurrent().navigate("alarms");
                      }))
          .open();
    }
  }
}
