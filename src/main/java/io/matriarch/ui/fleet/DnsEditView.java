package io.matriarch.ui.fleet;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import io.matriarch.database.Query;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.DnsRecordDraft;
import io.matriarch.inventory.DnsRecords;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Secret;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import jakarta.annotation.security.RolesAllowed;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds or edits a record of DNS; nothing is sent to its servers. */
@Route("endpoints/dns/:id([0-9]{1,18})/edit")
@RouteAlias("endpoints/dns/new")
@RolesAllowed("DBA")
final class DnsEditView extends EditPage implements BeforeEnterObserver {

  private static final Set<String> GIVEN =
      Set.of("zone", "ttl", "updateServer", "keyName", "keyAlgorithm", "servers", "secret");

  private final transient DnsRecords records;
  private final transient Listings listings;
  private final TextField name = field("name", new TextField("Name"));
  private final ComboBox<String> type = field("type", new ComboBox<>("Type"));
  private final ComboBox<HerdRow> herd = field("herd", new ComboBox<>("Herd"));
  private final TextField zone = field("zone", new TextField("Zone"));
  private final IntegerField ttl = field("ttl", new IntegerField("TTL in seconds"));
  private final TextField updates = field("updateServer", new TextField("Update server"));
  private final TextField key = field("keyName", new TextField("Key name"));
  private final ComboBox<String> algorithm = field("keyAlgorithm", new ComboBox<>("Key algorithm"));
  private final PasswordField secret = field("secret", new PasswordField("Key secret"));
  private final TextField servers = field("servers", new TextField("Servers to verify"));
  private transient @Nullable Versioned<DnsRecordDraft> read;

  DnsEditView(DnsRecords records, Listings listings) {
    super("Add DNS record", "endpoints");
    this.records = records;
    this.listings = listings;
    herd.setItems(listings.herds().page(Query.all().window(0, Integer.MAX_VALUE)));
    herd.setItemLabelGenerator(
        h -> h.name() + " · " + Objects.requireNonNullElse(h.environment(), "unassigned"));
    type.setItems("A", "AAAA", "CNAME");
    algorithm.setItems(DnsRecordDraft.ALGORITHMS);
    type.setValue("A");
    ttl.setValue(DnsRecordDraft.STANDARD_TTL);
    algorithm.setValue(DnsRecordDraft.STANDARD_ALGORITHM);
    name.setRequired(true);
    herd.setRequired(true);
    zone.setRequired(true);
    updates.setRequired(true);
    key.setRequired(true);
    secret.setRequired(true);
    name.setHelperText("The whole name that clients use.");
    type.setHelperText("A and AAAA say the primary's address, CNAME its name.");
    zone.setHelperText("The zone that the name is in.");
    ttl.setHelperText("Written with each value; so long may clients keep the old one.");
    updates.setHelperText("Address or address:port of the server that takes updates (RFC 2136).");
    key.setHelperText("The TSIG key that may update this name.");
    secret.setHelperText("Base64, as in BIND's key file. It is sealed and never shown.");
    servers.setHelperText(
        "Every authoritative server, separated by spaces; empty: those that the zone names.");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    Optional<String> id = enter.getRouteParameters().get("id");
    if (id.isPresent()) {
      read = records.find(Long.parseLong(id.get())).orElse(null);
      if (read == null) {
        enter.rerouteToError(NotFoundException.class, "There is no record " + id.get() + ".");
        return;
      }
      show(read.content());
    } else {
      enter
          .getLocation()
          .getQueryParameters()
          .getSingleParameter("herd")
          .filter(text -> text.matches("[0-9]{1,18}"))
          .flatMap(text -> listings.herds().byKey(Long.parseLong(text)))
          .ifPresent(herd::setValue);
    }
    primary("Save record", this::save);
    button("Cancel", this::leave);
    if (read != null) {
      button("Delete…", this::askDelete);
    }
  }

  private void show(DnsRecordDraft draft) {
    titled("Edit " + draft.name());
    name.setValue(draft.name());
    name.setReadOnly(true);
    type.setValue(draft.type());
    type.setReadOnly(true);
    listings.herds().byKey(draft.herdId()).ifPresent(herd::setValue);
    herd.setReadOnly(true);
    zone.setValue(draft.zone());
    ttl.setValue(draft.ttl());
    updates.setValue(draft.updateServer());
    key.setValue(draft.keyName());
    algorithm.setValue(draft.keyAlgorithm());
    servers.setValue(String.join(" ", draft.servers()));
    secret.setRequired(false);
    secret.setHelperText("Empty keeps the one that is stored.");
  }

  private DnsRecordDraft draft() {
    HerdRow theHerd = herd.getValue();
    Integer theTtl = ttl.getValue();
    if (theHerd == null) {
      throw new InvalidField("herd", "is missing");
    }
    if (theTtl == null) {
      throw new InvalidField("ttl", "is missing");
    }
    return new DnsRecordDraft(
        name.getValue().strip(),
        theHerd.id(),
        zone.getValue().strip(),
        Objects.requireNonNullElse(type.getValue(), ""),
        theTtl,
        updates.getValue().strip(),
        key.getValue().strip(),
        Objects.requireNonNullElse(algorithm.getValue(), ""),
        Arrays.stream(servers.getValue().strip().split("\\s+"))
            .filter(word -> !word.isEmpty())
            .toList(),
        secret.getValue().isEmpty() ? null : Secret.of(secret.getValue().strip()));
  }

  private void save() {
    DnsRecordDraft draft = draft();
    Versioned<DnsRecordDraft> before = read;
    Creation made = null;
    if (before == null) {
      made = records.create(draft, GIVEN);
    } else {
      records.update(before.id(), before.version(), draft);
    }
    UI.getCurrent().navigate("herds/" + draft.herdId());
    told("record " + draft.name(), made);
  }

  private void leave() {
    HerdRow theHerd = herd.getValue();
    UI.getCurrent().navigate(theHerd == null ? "endpoints" : "herds/" + theHerd.id());
  }

  private void askDelete() {
    Versioned<DnsRecordDraft> before = read;
    if (before != null) {
      new DeleteDialog(
              "record " + before.content().name(),
              "It is forgotten here and stays in DNS as it is. The next switch of primaries does not move it.",
              () ->
                  attempt(
                      () -> {
                        records.delete(before.id(), before.version());
                        UI.getCurrent().navigate("herds/" + before.content().herdId());
                      }))
          .open();
    }
  }
}
