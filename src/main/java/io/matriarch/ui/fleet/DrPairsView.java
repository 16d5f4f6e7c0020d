package io.matriarch.ui.fleet;

import com.vaadin.flow.router.Route;
import io.matriarch.inventory.DrPairRow;
import io.matriarch.inventory.Listings;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
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

/** For each herd its primary and the standby that would take over at the other site. */
@Route("dr-pairs")
@PermitAll
final class DrPairsView extends GridPage<DrPairRow> {

  DrPairsView(Listings listings, ActionMenus menus, News news) {
    super(
        "DR pairs",
        "dr-pairs",
        new ListingGrid.Spec<>(
            "dr-pairs",
            "pair",
            "pairs",
            listings.drPairs(),
            DrPairRow::herdId,
            row -> "herds/" + row.herdId(),
            fields(),
            List.of(),
            true));
    grid()
        .whenEmpty(
            new Empty(
                "No DR pairs",
                "A pair is a herd's primary and its best standby at another site. Give servers a"
                    + " site, and every herd with a standby elsewhere stands here."));
    ActionMenu menu =
        menus.of(
            TargetKind.HERD, () -> grid().ticked().stream().sorted().map(Target::herd).toList());
    grid().addActions(menu);
    grid().whenSelected(ids -> menu.ready(!ids.isEmpty()));
    follow(news, News.INVENTORY);
  }

  private static List<Field<DrPairRow>> fields() {
    return List.of(
        Field.<DrPairRow>text("herd", "Herd", DrPairRow::herd)
            .shown(r -> Cell.of(r.herd()).link("herds/" + r.herdId()))
            .width("130px")
            .grow(1),
        Field.<DrPairRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px"),
        Field.<DrPairRow>text("primary", "Primary", DrPairRow::primaryServer)
            .shown(
                r ->
                    Cell.of(r.primaryServer())
                        .link("instances/" + r.primaryId())
                        .aside(text(r.primarySite())))
            .width("184px")
            .grow(1),
        Field.<DrPairRow>text("standby", "DR standby", DrPairRow::standbyServer)
            .shown(
                r ->
                    Cell.of(r.standbyServer())
                        .link("instances/" + r.standbyId())
                        .aside(text(r.standbySite())))
            .width("184px")
            .grow(1),
        Field.<DrPairRow>text("site", "DR site", DrPairRow::standbySite)
            .shown(DrPairsView::site)
            .facet()
            .width("110px"),
        Field.bytes("lagBytes", "Replay lag", DrPairRow::lagBytes)
            .shown(r -> States.lag(r.lagBytes()).tone(States.lagTone(r.lagBytes())))
            .also("lag")
            .width("112px"),
        Field.age("lagAt", "Measured", DrPairRow::lagAt).also("age").width("84px"),
        Field.number("candidates", "Candidates", DrPairRow::candidates).width("92px"),
        Field.yesNo("sameSite", "Same site", DrPairRow::sameSite).width("90px").hidden(),
        Field.text("virtualHost", "Virtual host", DrPairRow::virtualHost)
            .also("vhost")
            .style("mute")
            .width("150px")
            .grow(1));
  }

  private static String text(@org.jspecify.annotations.Nullable String site) {
    return Objects.requireNonNullElse(site, "");
  }

  private static Cell site(DrPairRow row) {
    return row.sameSite()
        ? Cell.of("same site")
            .tone(io.matriarch.ui.component.Tone.WARN)
            .title("No standby at another site; this is the best one there is")
        : Cell.of(row.standbySite());
  }
}
