package io.matriarch.ui.recovery;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.matriarch.drill.DrillLeg;
import io.matriarch.drill.DrillRow;
import io.matriarch.drill.DrillTexts;
import io.matriarch.drill.Drills;
import io.matriarch.job.JobQueries;
import io.matriarch.job.StepKind;
import io.matriarch.job.StepRow;
import io.matriarch.job.StepState;
import io.matriarch.ui.component.Facts;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.PlainGrid;
import io.matriarch.ui.component.Section;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.component.Tone;
import jakarta.annotation.security.PermitAll;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a drill did with one herd: both ways, with the time that each step took. */
@Route("drills/:id([0-9]{1,18})/:run([0-9]{1,18})")
@PermitAll
final class DrillHerdView extends Page implements BeforeEnterObserver {

  private final transient Drills drills;
  private final transient JobQueries jobs;
  private final transient News news;
  private final Div body;
  private long id;
  private long run;

  DrillHerdView(Drills drills, JobQueries jobs, News news) {
    super("Drill", "drills");
    this.drills = drills;
    this.jobs = jobs;
    this.news = news;
    body = addBody();
    body.addClassName("drillherd");
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    id = Long.parseLong(enter.getRouteParameters().get("id").orElseThrow());
    run = Long.parseLong(enter.getRouteParameters().get("run").orElseThrow());
    if (find().isEmpty()) {
      enter.rerouteToError(
          NotFoundException.class, "Drill %d has no herd of run %d.".formatted(id, run));
      return;
    }
    Anchor whole = link("drills/" + id, "The whole drill");
    whole.addClassName("button");
    addButtons(whole);
    addAttachListener(attach -> refresh());
    news.follow(this, News.JOB, this::refresh);
  }

  private Optional<DrillRow> find() {
    return drills.herds().byKey(run).filter(row -> row.jobId() == id);
  }

  private void refresh() {
    find().ifPresent(this::show);
  }

  private void show(DrillRow row) {
    titled("%s · drill of job %d".formatted(row.herd(), id));
    subtitled(new StateBadge(DrillCells.state(row.state())));
    body.removeAll();
    body.add(leg("There", row.out()));
    DrillLeg back = row.back();
    if (back != null) {
      body.add(leg("Back", back));
    } else if (row.note() != null) {
      body.add(new Section("Back", new Facts().fact("Not asked for", row.note())));
    } else if (row.dueAt() != null) {
      body.add(new Section("Back", new Facts().fact("Asked for", new Time(row.dueAt()))));
    }
  }

  private Section leg(String way, DrillLeg leg) {
    Facts facts =
        new Facts()
            .fact(
                "Job",
                link("jobs/%d?run=%d".formatted(leg.jobId(), leg.runId()), "job " + leg.jobId()))
            .fact("Began", new Time(leg.startedAt()))
            .fact("Ended", new Time(leg.endedAt()))
            .fact("Clients", DrillTexts.felt(leg))
            .fact("Rows", DrillTexts.kept(leg))
            .optional("Outcome", leg.message());
    PlainGrid<StepRow> steps = new PlainGrid<>("Steps: " + way, fields());
    steps.setItems(
        jobs.steps(leg.jobId(), leg.runId()).stream()
            .filter(step -> step.kind() == StepKind.STEP || step.state() != StepState.PENDING)
            .toList());
    return new Section(way, facts, steps);
  }

  private static List<Field<StepRow>> fields() {
    return List.of(
        Field.<StepRow>text("describe", "Step", StepRow::describe)
            .shown(step -> Cell.of(step.describe()).title(step.describe()))
            .width("500px")
            .grow(1),
        Field.<StepRow>time("startedAt", "Began", StepRow::startedAt).width("190px"),
        Field.<StepRow>text("took", "Took", DrillHerdView::took).style("n").width("110px"),
        Field.<StepRow>text("state", "State", step -> step.state().name())
            .shown(DrillHerdView::state)
            .width("130px"));
  }

  private static Cell state(StepRow step) {
    Cell cell = Cell.of(step.state().name().toLowerCase(java.util.Locale.ROOT));
    return switch (step.state()) {
      case SUCCEEDED -> cell.tone(Tone.DONE);
      case FAILED -> cell.tone(Tone.BAD);
      case RUNNING -> cell.tone(Tone.BUSY);
      case PENDING, SKIPPED -> cell.tone(Tone.IDLE);
    };
  }

  private static String took(StepRow step) {
    return step.startedAt() == null || step.endedAt() == null
        ? ""
        : DrillTexts.millis(Duration.between(step.startedAt(), step.endedAt()).toMillis());
  }

  private static Anchor link(String address, String text) {
    Anchor anchor = new Anchor(address, text);
    anchor.getElement().setAttribute("router-link", true);
    return anchor;
  }
}
