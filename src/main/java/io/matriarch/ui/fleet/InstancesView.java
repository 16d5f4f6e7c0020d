package io.matriarch.ui.fleet;

import com.vaadin.flow.router.Route;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/** Every PostgreSQL instance that was ever reported: find, tick, act. */
@Route("instances")
@PermitAll
final class InstancesView extends GridPage<InstanceRow> {

  InstancesView(Listings listings, News news) {
    super(
        "Instances",
        "instances",
        new ListingGrid.Spec<>(
            "instances",
            "instance",
            "instances",
            listings.instances(),
            InstanceRow::id,
            row -> "instances/" + row.id(),
            InstanceFields.all(),
            List.of(),
            true));
    grid()
        .whenEmpty(
            new Empty(
                "No instances",
                "Instances appear by themselves once an agent reports them. Add a server, install"
                    + " the agent on it, and they stand here within a minute."));
    follow(news, News.INVENTORY);
  }
}
