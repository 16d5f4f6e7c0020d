package io.matriarch.ui.recovery;

import com.vaadin.flow.router.Route;
import io.matriarch.drill.DrillJobRow;
import io.matriarch.drill.Drills;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/** Every drill there was, with what it showed. */
@Route("drills")
@PermitAll
final class DrillsView extends GridPage<DrillJobRow> {

  DrillsView(Drills drills, News news) {
    super(
        "Drills",
        "drills",
        new ListingGrid.Spec<>(
            "drills",
            "drill",
            "drills",
            drills.jobs(),
            DrillJobRow::jobId,
            row -> "drills/" + row.jobId(),
            fields(),
            List.of(),
            false));
    grid()
        .whenEmpty(
            new Empty(
                "No drill yet",
                "A drill switches herds to their DR site, holds, and switches them back, and tells"
                    + " what clients felt. Tick DR pairs and press Drill DR; it can be scheduled."));
    follow(news, News.JOB);
  }

  private static List<Field<DrillJobRow>> fields() {
    return List.of(
        Field.<DrillJobRow>number("id", "Drill", DrillJobRow::jobId)
            .shown(r -> Cell.of("job " + r.jobId()).link("drills/" + r.jobId()))
            .style("")
            .width("90px"),
        Field.<DrillJobRow>text("herds", "Herds", DrillsView::herds)
            .unfiltered()
            .width("160px")
            .grow(2),
        Field.<DrillJobRow>text("environments", "Environments", DrillJobRow::environments)
            .style("mute")
            .width("130px")
            .grow(1),
        Field.<DrillJobRow>text("state", "Verdict", r -> r.state().word())
            .shown(r -> DrillCells.cell(r.state()))
            .facet()
            .width("120px"),
        Field.<DrillJobRow>number("stallMillis", "Longest stall", DrillJobRow::stallMillis)
            .shown(r -> DrillCells.stall(r.stallMillis(), r.objectiveMillis()))
            .width("120px"),
        Field.<DrillJobRow>number("failed", "Failed writes", DrillJobRow::failed)
            .shown(r -> DrillCells.failed(r.failed()))
            .width("128px"),
        Field.<DrillJobRow>text("requestedBy", "By", DrillJobRow::requestedBy)
            .also("who")
            .facet()
            .width("110px"),
        Field.<DrillJobRow>time("confirmedAt", "Confirmed", DrillJobRow::confirmedAt)
            .width("150px"),
        Field.<DrillJobRow>time("endedAt", "Ended", DrillJobRow::endedAt).width("150px"));
  }

  private static String herds(DrillJobRow row) {
    return row.herds() == 1
        ? row.firstHerd()
        : "%s and %d more".formatted(row.firstHerd(), row.herds() - 1);
  }
}
