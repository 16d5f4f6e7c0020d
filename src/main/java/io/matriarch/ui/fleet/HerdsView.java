package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.database.Query;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.Herds;
import io.matriarch.inventory.Listings;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.job.ActionMenu;
import io.matriarch.ui.job.ActionMenus;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The logical clusters: one primary, any number of standbys. */
@Route("herds")
@PermitAll
final class HerdsView extends GridPage<HerdRow> {

  HerdsView(Listings listings, Herds herds, ActionMenus menus, Access access, News news) {
    super(
        "Herds",
        "herds",
        new ListingGrid.Spec<>(
            "herds",
            "herd",
            "herds",
            listings.herds(),
            HerdRow::id,
            row -> "herds/" + row.id(),
            fields(),
            List.of(),
            true));
    grid()
        .whenEmpty(
            new Empty(
                "No herds",
                "Herds form by themselves: instances that share a system identifier and a lineage"
                    + " are one herd as soon as an agent has reported them."));
    ActionMenu menu =
        menus.of(
            TargetKind.HERD, () -> grid().ticked().stream().sorted().map(Target::herd).toList());
    grid().addActions(menu);
    Button place =
        new Button(
            "Place in environment…",
            click ->
                new PlaceDialog(
                        herds,
                        listings,
                        rows(listings, unassigned(listings)),
                        grid().ticked().size(),
                        grid()::refresh)
                    .open());
    place.setTooltipText("Puts the ticked herds that are in no environment into one");
    if (access.allows(Role.DBA, Scope.everywhere())) {
      grid().addActions(place);
    }
    grid()
        .whenSelected(
            ids -> {
              menu.ready(!ids.isEmpty());
              place.setVisible(!unassigned(listings).isEmpty());
            });
    follow(news, News.INVENTORY);
    follow(news, News.READINESS);
  }

  /** The ticked herds of no environment. */
  private Set<Long> unassigned(Listings listings) {
    Set<Long> ticked = grid().ticked();
    return ticked.isEmpty()
        ? Set.of()
        : listings
            .herds()
            .matching(Query.all().and(Query.Filter.equal("environmentId", "unknown")), ticked);
  }

  private static List<HerdRow> rows(Listings listings, Set<Long> ids) {
    return ids.stream().sorted().flatMap(id -> listings.herds().byKey(id).stream()).toList();
  }

  private static List<Field<HerdRow>> fields() {
    return List.of(
        Field.<HerdRow>text("name", "Herd", HerdRow::name)
            .shown(r -> Cell.of(r.name()).link("herds/" + r.id()).title(r.description()))
            .width("140px")
            .grow(2),
        Field.<HerdRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px"),
        Field.<HerdRow>text("condition", "State", r -> States.of(r).word())
            .shown(r -> States.cell(States.of(r)))
            .unsorted()
            .width("118px"),
        Field.text("primary", "Primary", HerdRow::primaryServer).width("120px").grow(1),
        Field.number("members", "Members", HerdRow::members).width("76px"),
        Field.number("onlineMembers", "Online", HerdRow::onlineMembers).width("62px"),
        Field.bytes("maxLagBytes", "Worst lag", HerdRow::maxLagBytes)
            .shown(
                r ->
                    r.maxLagBytes() == null
                        ? Cell.of(null)
                        : States.lag(r.maxLagBytes()).tone(States.lagTone(r.maxLagBytes())))
            .also("lag")
            .width("112px"),
        Field.<HerdRow>text("ready", "Ready", r -> States.ready(r).word())
            .shown(r -> States.cell(States.ready(r)))
            .width("210px")
            .grow(3),
        Field.age("readyAt", "Checked", HerdRow::readyAt).width("70px"),
        Field.text("version", "Version", HerdRow::postgresVersion).facet().width("70px"),
        Field.text("owner", "Owner", HerdRow::owner).facet().style("mute").width("84px").grow(1),
        Field.<HerdRow>number("priority", "Priority", HerdRow::priority).width("84px").hidden(),
        Field.<HerdRow>text("tags", "Tags", r -> String.join(" ", r.tags()))
            .style("mute")
            .width("96px")
            .hidden(),
        Field.<HerdRow>age("oldestSeenAt", "Oldest fact", HerdRow::oldestSeenAt)
            .unsorted()
            .width("90px")
            .hidden(),
        Field.number("port", "Port", HerdRow::port).width("74px").hidden(),
        Field.text("virtualHost", "Virtual host", HerdRow::virtualHost)
            .also("vhost")
            .width("190px")
            .hidden(),
        Field.text("dataDirectory", "Data directory", HerdRow::dataDirectory)
            .also("pgdata")
            .style("mono")
            .width("230px")
            .hidden(),
        Field.text("systemIdentifier", "System identifier", HerdRow::systemIdentifier)
            .style("mono")
            .width("180px")
            .hidden());
  }
}
