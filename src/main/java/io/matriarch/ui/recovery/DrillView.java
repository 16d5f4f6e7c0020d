package io.matriarch.ui.recovery;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.server.streams.DownloadEvent;
import com.vaadin.flow.server.streams.DownloadHandler;
import io.matriarch.database.Query;
import io.matriarch.drill.DrillJobRow;
import io.matriarch.drill.DrillReport;
import io.matriarch.drill.DrillRow;
import io.matriarch.drill.DrillState;
import io.matriarch.drill.DrillTexts;
import io.matriarch.drill.Drills;
import io.matriarch.job.Target;
import io.matriarch.ui.component.Facts;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.job.ActionMenus;
import jakarta.annotation.security.PermitAll;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The report of one drill: a line for each herd, to be handed on as PDF or CSV. */
@Route("drills/:id([0-9]{1,18})")
@PermitAll
final class DrillView extends Page implements BeforeEnterObserver, AfterNavigationObserver {

  private final transient Drills drills;
  private final transient DrillReport report;
  private final transient ActionMenus menus;
  private final transient News news;
  private final Facts facts = new Facts();
  private final Button back = new Button("Switch back…", click -> switchBack());
  private @Nullable ListingGrid<DrillRow> grid;
  private long id;

  DrillView(Drills drills, DrillReport report, ActionMenus menus, News news) {
    super("Drill", "drills");
    this.drills = drills;
    this.report = report;
    this.menus = menus;
    this.news = news;
    back.setTooltipText("Switches back now whatever of this drill is at its DR site");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    id = Long.parseLong(enter.getRouteParameters().get("id").orElseThrow());
    if (drills.job(id).isEmpty()) {
      enter.rerouteToError(NotFoundException.class, "There is no drill " + id + ".");
      return;
    }
    ListingGrid<DrillRow> herds = grid();
    grid = herds;
    titled("Drill of job " + id);
    Anchor job = new Anchor("jobs/" + id, "The job");
    job.addClassName("button");
    job.getElement().setAttribute("router-link", true);
    addBesideTitle(herds.search());
    addButtons(back, job, pdf());
    addButtons(herds.tools());
    Div strip = new Div(facts);
    strip.addClassName("drillfacts");
    add(strip, herds);
    Span live = new Span("live");
    live.addClassName("live");
    addFoot(herds.count(), live);
    news.follow(this, News.JOB, this::refresh);
    addAttachListener(attach -> refresh());
  }

  @Override
  public void afterNavigation(AfterNavigationEvent navigation) {
    if (grid != null) {
      grid.open(navigation.getLocation().getQueryParameters());
    }
  }

  private ListingGrid<DrillRow> grid() {
    return new ListingGrid<>(
        new ListingGrid.Spec<>(
            "drills/" + id,
            "herd",
            "herds",
            drills.herds(),
            DrillRow::runId,
            row -> "drills/%d/%d".formatted(id, row.runId()),
            fields(),
            List.of(Query.Filter.equal("jobId", Long.toString(id))),
            false));
  }

  private void refresh() {
    Optional<DrillJobRow> found = drills.job(id);
    if (found.isEmpty() || grid == null) {
      return;
    }
    DrillJobRow drill = found.get();
    subtitled(
        new StateBadge(DrillCells.state(drill.state())),
        new Span(" " + drill.requestedBy() + " · "),
        new Time(drill.confirmedAt()));
    facts.removeAll();
    facts
        .fact("Verdict", DrillTexts.verdict(drill))
        .fact("Longest stall", stall(drill))
        .fact(
            "Failed statements",
            drill.failed() == null
                ? "no probe wrote; name the login of a probe to have clients' view measured"
                : Long.toString(drill.failed()));
    List<DrillRow> away = away();
    away.stream()
        .map(DrillRow::dueAt)
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .filter(due -> drill.state() == DrillState.HOLDING)
        .ifPresent(due -> facts.fact("The way back is asked for", new Time(due)));
    back.setVisible(!away.isEmpty() && menus.may("herd.switch-back"));
    grid.refresh();
  }

  private static String stall(DrillJobRow drill) {
    String objective =
        drill.objectiveMillis() == null
            ? "; the environment has no objective"
            : "; the objective is at most " + DrillTexts.millis(drill.objectiveMillis());
    return drill.stallMillis() == null
        ? "not measured yet" + objective
        : DrillTexts.millis(drill.stallMillis()) + objective;
  }

  private List<DrillRow> away() {
    return drills.of(id).stream()
        .filter(row -> row.state() == DrillState.HOLDING || row.state() == DrillState.NOT_BACK)
        .toList();
  }

  private void switchBack() {
    menus.ask("herd.switch-back", away().stream().map(row -> Target.herd(row.herdId())).toList());
  }

  private Anchor pdf() {
    Anchor anchor = new Anchor((DownloadHandler) this::write, "PDF");
    anchor.addClassName("button");
    anchor.setTitle("The report with the times of every step");
    anchor.getElement().setAttribute("download", "drill-" + id + ".pdf");
    return anchor;
  }

  private void write(DownloadEvent event) {
    event.setFileName("drill-" + id + ".pdf");
    event.setContentType("application/pdf");
    OutputStream out = event.getOutputStream();
    report.write(id, out);
  }

  private static List<Field<DrillRow>> fields() {
    return List.of(
        Field.<DrillRow>text("herd", "Herd", DrillRow::herd)
            .shown(r -> Cell.of(r.herd()).link("drills/%d/%d".formatted(r.jobId(), r.runId())))
            .width("150px")
            .grow(2),
        Field.<DrillRow>text("environment", "Environment", DrillRow::environment)
            .facet()
            .style("mute")
            .width("110px"),
        Field.<DrillRow>text("home", "From", DrillRow::home).width("130px").grow(1),
        Field.<DrillRow>text("dr", "To", DrillRow::dr).width("130px").grow(1),
        Field.<DrillRow>text("state", "Verdict", r -> r.state().word())
            .shown(r -> DrillCells.cell(r.state()))
            .facet()
            .width("120px"),
        Field.<DrillRow>number("outStall", "Stall there (ms)", r -> r.out().stallMillis())
            .shown(r -> DrillCells.leg(r.out(), r.objectiveMillis()))
            .width("126px"),
        Field.<DrillRow>number("backStall", "Stall back (ms)", DrillView::backStall)
            .shown(r -> DrillCells.leg(r.back(), r.objectiveMillis()))
            .width("126px"),
        Field.<DrillRow>number("objectiveMillis", "Objective (ms)", DrillRow::objectiveMillis)
            .shown(r -> DrillCells.stall(r.objectiveMillis(), null))
            .style("n mute")
            .width("110px"),
        Field.<DrillRow>number("failed", "Failed", DrillRow::failed)
            .shown(r -> DrillCells.failed(r.failed()))
            .width("80px"),
        Field.<DrillRow>text("lost", "Lost", DrillTexts::lost).unsorted().width("70px"));
  }

  private static @Nullable Long backStall(DrillRow row) {
    return row.back() == null ? null : row.back().stallMillis();
  }
}
