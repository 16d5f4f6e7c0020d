package io.matriarch.ui.fleet;

import com.vaadin.flow.router.Route;
import io.matriarch.inventory.DrPairRow;
import io.matriarch.inventory.Listings;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Tone;
import io.matriarch.ui.job.ActionMenu;
import io.matriarch.ui.job.ActionMenus;
import jakarta.annotation.security.PermitAll;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
            TargetKind.HERD,
            List.of("herd.switch-to-dr", "herd.switch-back", "herd.drill", "herd.failover-to-dr"),
            () -> grid().ticked().stream().sorted().map(Target::herd).toList());
    grid().addActions(menu);
    grid().whenSelected(ids -> menu.ready(!ids.isEmpty()));
    follow(news, News.INVENTORY);
  }

  private static List<Field<DrPairRow>> fields() {
    return List.of(
        Field.<DrPairRow>text("herd", "Herd", DrPairRow::herd)
            .shown(r -> Cell.of(r.herd()).link("herds/" + r.herdId()))
            .width("110px")
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
            .width("150px")
            .grow(1),
        Field.<DrPairRow>text("standby", "DR standby", DrPairRow::standbyServer)
            .shown(
                r ->
                    Cell.of(r.standbyServer())
                        .link("instances/" + r.standbyId())
                        .aside(text(r.standbySite())))
            .width("150px")
            .grow(1),
        Field.<DrPairRow>text("site", "DR site", DrPairRow::standbySite)
            .shown(DrPairsView::site)
            .facet()
            .width("110px")
            .hidden(),
        Field.<DrPairRow>bytes("lagBytes", "Lag", DrPairRow::lagBytes)
            .shown(r -> States.lag(r.lagBytes()).tone(States.lagTone(r.lagBytes())))
            .also("rpo", "replaylag")
            .width("104px"),
        Field.<DrPairRow>number("lagSeconds", "In time", r -> r.recoveryPoint().seconds())
            .shown(r -> seconds(r, r.recoveryPoint().seconds(), null))
            .width("80px"),
        Field.age("lagAt", "Measured", DrPairRow::lagAt).also("age").width("84px"),
        Field.<DrPairRow>bytes("worstLagBytes", "Worst, 30 d", r -> r.recoveryPoint().worstBytes())
            .width("92px"),
        Field.<DrPairRow>number(
                "worstLagSeconds", "Worst in time", r -> r.recoveryPoint().worstSeconds())
            .shown(
                r ->
                    r.recoveryPoint().worstSeconds() == null
                        ? Cell.of(null)
                        : seconds(
                            r,
                            r.recoveryPoint().worstSeconds(),
                            r.recoveryPoint().worstSecondsAt()))
            .width("102px"),
        Field.<DrPairRow>text("ready", "Ready", DrPairsView::readyText)
            .shown(DrPairsView::ready)
            .width("100px"),
        Field.<DrPairRow>text("drill", "Last drill", DrPairRow::drillState)
            .shown(DrPairsView::drill)
            .facet()
            .width("104px"),
        Field.<DrPairRow>time("drilledAt", "Drilled", DrPairRow::drilledAt)
            .unfiltered()
            .width("170px")
            .hidden(),
        Field.number("candidates", "Candidates", DrPairRow::candidates).width("92px").hidden(),
        Field.yesNo("sameSite", "Same site", DrPairRow::sameSite).width("90px").hidden(),
        Field.text("virtualHost", "Virtual host", DrPairRow::virtualHost)
            .also("vhost")
            .style("mute")
            .width("150px")
            .grow(1)
            .hidden());
  }

  private static String text(@Nullable String site) {
    return Objects.requireNonNullElse(site, "");
  }

  private static Cell seconds(DrPairRow row, @Nullable Double seconds, @Nullable Instant at) {
    if (seconds == null) {
      Cell unknown = Cell.of("unknown").title("A position is missing on one side");
      return row.recoveryPoint().isBeyond(null) ? unknown.tone(Tone.WARN) : unknown;
    }
    Cell cell = Cell.of(Figures.duration(Duration.ofMillis(Math.round(seconds * 1000))));
    String objective =
        row.recoveryPoint().objectiveSeconds() == null
            ? ""
            : "The objective is %d s".formatted(row.recoveryPoint().objectiveSeconds());
    String when = at == null ? "" : "at " + at.truncatedTo(ChronoUnit.SECONDS);
    cell =
        cell.title(
            String.join("; ", Stream.of(objective, when).filter(t -> !t.isEmpty()).toList()));
    return row.recoveryPoint().isBeyond(seconds) ? cell.tone(Tone.WARN) : cell;
  }

  private static String readyText(DrPairRow row) {
    return row.readyReasons().isEmpty() || !row.ready().equals("not ready")
        ? row.ready()
        : row.ready() + ": " + row.readyReasons().getFirst();
  }

  private static Cell ready(DrPairRow row) {
    Cell cell = Cell.of(row.ready()).title(String.join("; ", row.readyReasons()));
    return switch (row.ready()) {
      case "ready" -> cell.tone(Tone.DONE);
      case "not ready" -> cell.tone(Tone.WARN);
      default -> cell.tone(Tone.IDLE);
    };
  }

  private static Cell drill(DrPairRow row) {
    if (row.drillState() == null) {
      return Cell.of("never").tone(Tone.IDLE);
    }
    Cell cell = Cell.of(row.drillState()).link("drills/" + row.drillJobId());
    return switch (row.drillState()) {
      case "passed" -> cell.tone(Tone.DONE);
      case "not back" -> cell.tone(Tone.BAD);
      case "missed", "not switched" -> cell.tone(Tone.WARN);
      default -> cell.tone(Tone.BUSY);
    };
  }

  private static Cell site(DrPairRow row) {
    return row.sameSite()
        ? Cell.of("same site")
            .tone(Tone.WARN)
            .title("No standby at another site; this is the best one there is")
        : Cell.of(row.standbySite());
  }
}
