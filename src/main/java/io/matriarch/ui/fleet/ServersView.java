package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.ServerRow;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.job.ActionMenu;
import io.matriarch.ui.job.ActionMenus;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Objects;

/** The hosts that carry instances. */
@Route("servers")
@PermitAll
final class ServersView extends GridPage<ServerRow> {

  ServersView(Listings listings, ActionMenus menus, Access access, News news) {
    super(
        "Servers",
        "servers",
        new ListingGrid.Spec<>(
            "servers",
            "server",
            "servers",
            listings.servers(),
            ServerRow::id,
            row -> "servers/" + row.id(),
            fields(),
            List.of(),
            true));
    boolean edits = access.allows(Role.DBA, Scope.everywhere());
    if (edits) {
      addButtons(add());
    }
    grid()
        .whenEmpty(
            new Empty(
                "No servers yet",
                "Add the first server: you are shown the key to install on it, its host key is"
                    + " scanned for you to compare, and the connection is tried before anything is"
                    + " saved.",
                edits ? new Button[] {add()} : new Button[0]));
    ActionMenu menu =
        menus.of(
            TargetKind.SERVER,
            () -> grid().ticked().stream().sorted().map(Target::server).toList());
    grid().addActions(menu);
    grid().whenSelected(ids -> menu.ready(!ids.isEmpty()));
    follow(news, News.INVENTORY);
  }

  private static Button add() {
    Button add =
        new Button(
            "Add server", click -> click.getSource().getUI().orElseThrow().navigate("servers/new"));
    add.addThemeName("primary");
    return add;
  }

  private static List<Field<ServerRow>> fields() {
    return List.of(
        Field.<ServerRow>text("name", "Server", ServerRow::name)
            .shown(r -> Cell.of(r.name()).link("servers/" + r.id()))
            .width("140px")
            .grow(2),
        Field.<ServerRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px"),
        Field.<ServerRow>text("site", "Site", ServerRow::site).facet().style("mute").width("94px"),
        Field.<ServerRow>text("state", "State", r -> States.of(r).word())
            .shown(r -> States.cell(States.of(r)))
            .unsorted()
            .width("142px"),
        Field.number("instances", "Instances", ServerRow::instances).width("82px"),
        Field.<ServerRow>text("address", "Address", r -> r.address() + ":" + r.sshPort())
            .shown(r -> Cell.of(r.address()).aside(":" + r.sshPort()))
            .style("mono")
            .width("180px")
            .grow(1),
        Field.text("os", "System", ServerRow::os)
            .shown(ServersView::system)
            .style("mute")
            .width("132px")
            .grow(1),
        Field.number("load1", "Load", ServerRow::load1).shown(ServersView::load).width("64px"),
        Field.<ServerRow>bytes("memory", "Memory free", ServerRow::memoryAvailable)
            .unsorted()
            .width("102px"),
        Field.age("reportedAt", "Reported", ServerRow::reportedAt)
            .limits(r -> new Field.AgeLimits(2 * r.intervalSeconds(), 10 * r.intervalSeconds()))
            .also("age")
            .width("84px"),
        Field.text("kind", "Kind", ServerRow::kind).facet().width("70px").hidden(),
        Field.text("freshness", "Freshness", ServerRow::freshness).facet().width("90px").hidden(),
        Field.<ServerRow>text(
                "clock",
                "Clock",
                r -> r.clockSkew() == null ? null : r.clockSkew().toMillis() + " ms")
            .unsorted()
            .style("n mute")
            .width("90px")
            .hidden());
  }

  /** "Debian 12" instead of "Debian GNU/Linux 12 (bookworm)". */
  private static Cell system(ServerRow row) {
    String os = row.os();
    return os == null
        ? Cell.of(null)
        : Cell.of(os.replace(" GNU/Linux", "").replaceFirst(" \\([^()]*\\)$", "")).title(os);
  }

  private static Cell load(ServerRow row) {
    Cell cell = Cell.of(row.load1() == null ? null : "%.2f".formatted(row.load1()));
    return row.cpus() == null ? cell : cell.title("of " + Figures.count(row.cpus(), "CPU", "CPUs"));
  }
}
