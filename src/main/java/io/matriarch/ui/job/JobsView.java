package io.matriarch.ui.job;

import com.vaadin.flow.router.Route;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRow;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.StateText;
import jakarta.annotation.security.PermitAll;
import java.time.Duration;
import java.util.List;

/** Everything that was ever asked for, newest first. */
@Route("jobs")
@PermitAll
final class JobsView extends GridPage<JobRow> {

  JobsView(JobQueries jobs, News news) {
    super(
        "Jobs",
        "jobs",
        new ListingGrid.Spec<>(
            "jobs",
            "job",
            "jobs",
            jobs.jobs(),
            JobRow::id,
            row -> "jobs/" + row.id(),
            fields(),
            List.of(),
            false));
    grid()
        .whenEmpty(
            new Empty(
                "No jobs",
                "Whatever is done to a server is a job and stands here for good. Tick instances,"
                    + " choose what to do, read the plan, confirm."));
    follow(news, News.JOB);
  }

  private static List<Field<JobRow>> fields() {
    return List.of(
        Field.number("id", "Job", JobRow::id)
            .shown(r -> Cell.of(String.valueOf(r.id())).link("jobs/" + r.id()))
            .width("74px"),
        Field.text("label", "What", JobRow::label)
            .shown(r -> Cell.of(r.label()).link("jobs/" + r.id()))
            .width("220px")
            .grow(3),
        Field.<JobRow>text("state", "State", r -> r.state().name())
            .shown(JobsView::state)
            .facet()
            .width("130px"),
        Field.<JobRow>time("notBefore", "Begins", r -> r.window().notBefore()).width("170px"),
        Field.<JobRow>text("runs", "Progress", JobsView::progress)
            .unfiltered()
            .style("mute")
            .width("170px")
            .grow(1),
        Field.text("requestedBy", "By", JobRow::requestedBy).also("who").facet().width("110px"),
        Field.text("origin", "From", JobRow::origin).facet().style("mute").width("90px"),
        Field.age("confirmedAt", "Confirmed", JobRow::confirmedAt).width("100px"),
        Field.<JobRow>text("took", "Took", JobsView::took)
            .unsorted()
            .style("n mute")
            .width("100px"),
        Field.text("action", "Action", JobRow::action)
            .facet()
            .style("mono")
            .width("150px")
            .hidden());
  }

  private static Cell state(JobRow row) {
    StateText state = RunStates.of(row);
    return Cell.of(state.word()).tone(state.tone()).title(state.reason());
  }

  private static String progress(JobRow row) {
    return "%d of %d done%s%s"
        .formatted(
            row.succeeded() + row.failed(),
            row.runs(),
            row.unwell() == 0 ? "" : " · " + Figures.count(row.unwell()) + " not well",
            row.cancelled() == 0 ? "" : " · " + Figures.count(row.cancelled()) + " cancelled");
  }

  private static String took(JobRow row) {
    return row.startedAt() == null || row.endedAt() == null
        ? ""
        : Figures.duration(Duration.between(row.startedAt(), row.endedAt()));
  }
}
