package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.Listings;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/** Where herds live: dev, stage, prod. */
@Route("environments")
@PermitAll
final class EnvironmentsView extends GridPage<EnvironmentRow> {

  EnvironmentsView(Listings listings, Access access, News news) {
    super(
        "Environments",
        "environments",
        new ListingGrid.Spec<>(
            "environments",
            "environment",
            "environments",
            listings.environments(),
            EnvironmentRow::id,
            row -> link(row, access),
            fields(access),
            List.of(),
            false));
    boolean edits = access.allows(Role.DBA, Scope.everywhere());
    if (edits) {
      addButtons(add());
    }
    grid()
        .whenEmpty(
            new Empty(
                "No environments",
                "An environment is where herds live: dev, stage, prod. Roles and names are counted"
                    + " by environment.",
                edits ? new Button[] {add()} : new Button[0]));
    follow(news, News.INVENTORY);
  }

  private static Button add() {
    Button add =
        new Button(
            "Add environment",
            click -> click.getSource().getUI().orElseThrow().navigate("environments/new"));
    add.addThemeName("primary");
    return add;
  }

  private static String link(EnvironmentRow row, Access access) {
    return access.allows(Role.DBA, Scope.everywhere())
        ? "environments/" + row.id() + "/edit"
        : Links.environment("herds", row.name());
  }

  private static List<Field<EnvironmentRow>> fields(Access access) {
    return List.of(
        Field.<EnvironmentRow>text("name", "Environment", EnvironmentRow::name)
            .shown(r -> Cell.of(r.name()).link(link(r, access)))
            .width("180px"),
        Field.text("description", "Description", EnvironmentRow::description)
            .style("mute")
            .width("320px")
            .grow(1),
        Field.<EnvironmentRow>number("servers", "Servers", EnvironmentRow::servers)
            .shown(r -> linked(r.servers(), "servers", r))
            .width("96px"),
        Field.<EnvironmentRow>number("herds", "Herds", EnvironmentRow::herds)
            .shown(r -> linked(r.herds(), "herds", r))
            .width("96px"),
        Field.<EnvironmentRow>number("instances", "Instances", EnvironmentRow::instances)
            .shown(r -> linked(r.instances(), "instances", r))
            .width("96px"),
        Field.number("position", "Order", EnvironmentRow::position).width("80px").hidden());
  }

  private static Cell linked(long number, String where, EnvironmentRow row) {
    return Cell.of(String.valueOf(number)).link(Links.environment(where, row.name()));
  }
}
