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
import com.vaadin.flow.router.RouteAlias;
import io.matriarch.database.Query;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.PoolerDraft;
import io.matriarch.inventory.Poolers;
import io.matriarch.inventory.ServerRow;
import io.matriarch.inventory.Versioned;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.EditPage;
import jakarta.annotation.security.RolesAllowed;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds or edits a pooler; nothing is done on its host. */
@Route("endpoints/:id([0-9]{1,18})/edit")
@RouteAlias("endpoints/new")
@RolesAllowed("DBA")
final class PoolerEditView extends EditPage implements BeforeEnterObserver {

  private static final Set<String> GIVEN =
      Set.of(
          "serverId",
          "socketDirectory",
          "port",
          "adminUser",
          "owner",
          "databasesFile",
          "template",
          "databases");
  private static final String TEMPLATE = "[databases]\napp = host={{.Host}} port={{.Port}}\n";

  private final transient Poolers poolers;
  private final transient Listings listings;
  private final TextField name = field("name", new TextField("Name"));
  private final ComboBox<HerdRow> herd = field("herd", new ComboBox<>("Herd"));
  private final ComboBox<ServerRow> server = field("server", new ComboBox<>("Server"));
  private final TextField socket = field("socketDirectory", new TextField("Socket directory"));
  private final IntegerField port = field("port", new IntegerField("Port"));
  private final TextField admin = field("adminUser", new TextField("Admin user"));
  private final TextField owner = field("owner", new TextField("Owner of the process"));
  private final TextField file = field("databasesFile", new TextField("Databases file"));
  private final TextField databases = field("databases", new TextField("Databases"));
  private final TextArea template = field("template", new TextArea("Template of the file"));
  private transient @Nullable Versioned<PoolerDraft> read;

  PoolerEditView(Poolers poolers, Listings listings) {
    super("Add pooler", "endpoints");
    this.poolers = poolers;
    this.listings = listings;
    herd.setItems(listings.herds().page(Query.all().window(0, Integer.MAX_VALUE)));
    herd.setItemLabelGenerator(
        h -> h.name() + " · " + Objects.requireNonNullElse(h.environment(), "unassigned"));
    server.setItems(listings.servers().page(Query.all().window(0, Integer.MAX_VALUE)));
    server.setItemLabelGenerator(ServerRow::name);
    name.setRequired(true);
    herd.setRequired(true);
    server.setRequired(true);
    socket.setRequired(true);
    file.setRequired(true);
    databases.setRequired(true);
    template.setRequired(true);
    port.setValue(PoolerDraft.STANDARD_PORT);
    admin.setValue(PoolerDraft.STANDARD_ADMIN);
    owner.setValue(PoolerDraft.STANDARD_OWNER);
    template.setValue(TEMPLATE);
    template.addClassName("mono");
    name.setHelperText("Unique within its herd.");
    server.setHelperText("The host that PgBouncer runs on.");
    socket.setHelperText(
        "unix_socket_dir of this process; processes that share a port have one each.");
    file.setHelperText("Holds [databases] and is included by pgbouncer.ini; it is written whole.");
    databases.setHelperText(
        "Every entry that leads to this herd, aliases too, separated by spaces.");
    template.setHelperText("{{.Host}} and {{.Port}} become the primary's. No passwords.");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    Optional<String> id = enter.getRouteParameters().get("id");
    if (id.isPresent()) {
      read = poolers.find(Long.parseLong(id.get())).orElse(null);
      if (read == null) {
        enter.rerouteToError(NotFoundException.class, "There is no pooler " + id.get() + ".");
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
    primary("Save pooler", this::save);
    button("Cancel", this::leave);
    if (read != null) {
      button("Delete…", this::askDelete);
    }
  }

  private void show(PoolerDraft draft) {
    titled("Edit " + draft.name());
    name.setValue(draft.name());
    listings.herds().byKey(draft.herdId()).ifPresent(herd::setValue);
    herd.setReadOnly(true);
    listings.servers().byKey(draft.serverId()).ifPresent(server::setValue);
    socket.setValue(draft.socketDirectory());
    port.setValue(draft.port());
    admin.setValue(draft.adminUser());
    owner.setValue(draft.owner());
    file.setValue(draft.databasesFile());
    databases.setValue(String.join(" ", draft.databases()));
    template.setValue(draft.template());
  }

  private PoolerDraft draft() {
    HerdRow theHerd = herd.getValue();
    ServerRow theServer = server.getValue();
    Integer thePort = port.getValue();
    if (theHerd == null) {
      throw new InvalidField("herd", "is missing");
    }
    if (theServer == null) {
      throw new InvalidField("server", "is missing");
    }
    if (thePort == null) {
      throw new InvalidField("port", "is missing");
    }
    return new PoolerDraft(
        name.getValue().strip(),
        theHerd.id(),
        theServer.id(),
        socket.getValue().strip(),
        thePort,
        admin.getValue().strip(),
        owner.getValue().strip(),
        file.getValue().strip(),
        template.getValue(),
        words(databases.getValue()));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  private void save() {
    PoolerDraft draft = draft();
    Versioned<PoolerDraft> before = read;
    Creation made = null;
    if (before == null) {
      made = poolers.create(draft, GIVEN);
    } else {
      poolers.update(before.id(), before.version(), draft);
    }
    UI.getCurrent().navigate("herds/" + draft.herdId());
    told("pooler " + draft.name(), made);
  }

  private void leave() {
    HerdRow theHerd = herd.getValue();
    UI.getCurrent().navigate(theHerd == null ? "endpoints" : "herds/" + theHerd.id());
  }

  private void askDelete() {
    Versioned<PoolerDraft> before = read;
    if (before != null) {
      new DeleteDialog(
              "pooler " + before.content().name(),
              "It is forgotten here and runs on as it is. Clients behind it are disconnected by the next switch of primaries.",
              () ->
                  attempt(
                      () -> {
                        poolers.delete(before.id(), before.version());
                        UI.getCurrent().navigate("herds/" + before.content().herdId());
                      }))
          .open();
    }
  }
}
