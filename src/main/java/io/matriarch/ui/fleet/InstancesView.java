package io.matriarch.ui.fleet;

import com.vaadin.flow.router.Route;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.job.ActionMenu;
import io.matriarch.ui.job.ActionMenus;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/** Every PostgreSQL instance that was ever reported: find, tick, act. */
@Route("instances")
@PermitAll
final class InstancesView extends GridPage<InstanceRow> {

  InstancesView(Listings listings, ActionMenus menus, News news) {
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
    ActionMenu menu =
        menus.of(
            TargetKind.INSTANCE,
            () -> grid().ticked().stream().sorted().map(Target::instance).toList());
    grid().addActions(menu);
    grid().whenSelected(ids -> menu.ready(!ids.isEmpty()));
    follow(news, News.INVENTORY);
  }
}
