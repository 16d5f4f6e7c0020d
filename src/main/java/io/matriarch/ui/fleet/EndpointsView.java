package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.PoolerRow;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/** Whatever must lead clients to a primary: where it leads, and where it should. */
@Route("endpoints")
@PermitAll
final class EndpointsView extends GridPage<PoolerRow> {

  EndpointsView(Listings listings, Access access, News news) {
    super(
        "Endpoints",
        "endpoints",
        new ListingGrid.Spec<>(
            "endpoints",
            "endpoint",
            "endpoints",
            listings.poolers(),
            PoolerRow::id,
            row -> "herds/" + row.herdId(),
            PoolerFields.all(),
            List.of(),
            false));
    boolean edits = access.allows(Role.DBA, Scope.everywhere());
    if (edits) {
      addButtons(add());
    }
    grid()
        .whenEmpty(
            new Empty(
                "No endpoints",
                "An endpoint leads clients to a herd's primary. Add each PgBouncer in front of a"
                    + " herd, and a switch of primaries pauses its clients instead of disconnecting"
                    + " them.",
                edits ? new Button[] {add()} : new Button[0]));
    follow(news, News.INVENTORY);
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
