package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.EndpointRow;
import io.matriarch.inventory.Listings;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.job.ActionMenus;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/** Whatever must lead clients to a primary: where it leads, and where it should. */
@Route("endpoints")
@PermitAll
final class EndpointsView extends GridPage<EndpointRow> {

  EndpointsView(Listings listings, ActionMenus menus, Access access, News news) {
    super(
        "Endpoints",
        "endpoints",
        new ListingGrid.Spec<>(
            "endpoints",
            "endpoint",
            "endpoints",
            listings.endpoints(),
            EndpointRow::id,
            row -> "herds/" + row.herdId(),
            EndpointFields.all(),
            List.of(),
            false));
    boolean edits = access.allows(Role.DBA, Scope.everywhere());
    if (edits) {
      addButtons(addRecord(), add());
    }
    grid().addButton(EndpointFields.fix(menus));
    grid()
        .whenEmpty(
            new Empty(
                "No endpoints",
                "An endpoint leads clients to a herd's primary. Add each PgBouncer in front of a"
                    + " herd, and a switch of primaries pauses its clients instead of disconnecting"
                    + " them; add its DNS records, and the switch changes them.",
                edits ? new Button[] {add(), addRecord()} : new Button[0]));
    follow(news, News.INVENTORY);
  }

  private static Button addRecord() {
    return new Button(
        "Add DNS record",
        click -> click.getSource().getUI().orElseThrow().navigate("endpoints/dns/new"));
  }

  private static Button add() {
    Button add =
        new Button(
            "Add pooler",
            click -> click.getSource().getUI().orElseThrow().navigate("endpoints/new"));
    add.addThemeName("primary");
    return add;
  }
}
