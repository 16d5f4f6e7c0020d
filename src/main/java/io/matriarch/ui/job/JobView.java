package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteConfiguration;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.JobLog;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRow;
import io.matriarch.job.Jobs;
import io.matriarch.job.RunRow;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Notices;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.Time;
import jakarta.annotation.security.PermitAll;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/** One job: its runs, their steps, the live log. Its address can be shared and reopened. */
@Route("jobs/:id([0-9]{1,18})")
@PermitAll
@StyleSheet("context://ui/job.css")
final class JobView extends Page implements BeforeEnterObserver {

  private final transient JobQueries queries;
  private final transient JobLog log;
  private final transient Jobs jobs;
  private final transient News news;
  private final transient ActionMenus actions;
  private final Div bar = new Div();
  private final CourseLine course = new CourseLine();
  private final RunsPane runs;
  private final transient Clock clock;
  private final Button cancel = new Button("Cancel…", click -> askCancel());
  private final Button retry = new Button();
  private transient @Nullable RunPane run;
  private transient @Nullable JobRow job;
  private long id;

  JobView(JobQueries queries, JobLog log, Jobs jobs, News news, ActionMenus actions, Clock clock) {
    super("Job", "job");
    this.queries = queries;
    this.log = log;
    this.jobs = jobs;
    this.news = news;
    this.actions = actions;
    this.clock = clock;
    this.runs = new RunsPane(this::selected, clock);
    bar.addClassName("bar");
    retry.addClickListener(click -> retry(null));
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    id = Long.parseLong(enter.getRouteParameters().get("id").orElseThrow());
    Optional<JobRow> found = queries.job(id);
    if (found.isEmpty()) {
      enter.rerouteToError(NotFoundException.class, "There is no job " + id + ".");
      return;
    }
    JobRow row = found.get();
    boolean may = actions.may(row.action());
    RunPane pane =
        new RunPane(queries, log, id, runs::showAll, may ? r -> retry(List.of(r)) : null, actions);
    run = pane;
    Div panes = new Div(runs, pane);
    panes.addClassName("panes");
    add(bar, course, panes);
    addButtons(JobLogDownload.of(log, id));
    if (may) {
      addButtons(retry, cancel);
    }
    addFoot(foot(row));
    titled("Job " + Figures.count(id) + " · " + row.label());
    runs.choose(chosen(enter.getLocation().getQueryParameters()));
    // The news are followed before the first look, so that nothing falls in between.
    news.follow(this, News.JOB, payload -> payload.equals(String.valueOf(id)), this::refresh);
    addAttachListener(attach -> refresh());
  }

  private static @Nullable Long chosen(QueryParameters parameters) {
    return parameters
        .getSingleParameter("run")
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::valueOf)
        .orElse(null);
  }

  private Component[] foot(JobRow row) {
    List<Component> parts = new ArrayList<>();
    parts.add(new Span("This page can be shared: jobs/" + row.id()));
    if (row.retryOf() != null) {
      parts.add(link("jobs/" + row.retryOf(), "A retry of job " + Figures.count(row.retryOf())));
    }
    if (RouteConfiguration.forSessionScope().getRoute("audit").isPresent()) {
      // As the trail stores it; the comma keeps job 1 from finding job 12.
      String words = "\"job\": %d,".formatted(row.id());
      parts.add(link("audit?q=" + UriUtils.encode(words, StandardCharsets.UTF_8), "Audit trail"));
    }
    return parts.toArray(Component[]::new);
  }

  private static Anchor link(String address, String text) {
    Anchor anchor = new Anchor(address, text);
    anchor.getElement().setAttribute("router-link", true);
    return anchor;
  }

  private void refresh() {
    JobRow row = queries.job(id).orElseThrow();
    job = row;
    List<RunRow> all = queries.runs(id);
    runs.show(row, all);
    course.show(row, all);
    showRun();
    subtitled(
        new StateBadge(RunStates.of(row)),
        new Span(" " + row.requestedBy() + " · "),
        new Time(row.confirmedAt()),
        new Span(" · plan " + ConfirmDialog.shortHash(row.planHash())));
    bar.removeAll();
    bar.add(new JobProgress(row, clock));
    cancel.setVisible(!row.state().isEnded());
    cancel.setEnabled(row.cancelledAt() == null);
    long again = all.stream().filter(RunRow::canBeRetried).count();
    retry.setVisible(row.state().isEnded() && again > 0);
    retry.setText(
        all.size() == 1 ? "Retry" : again == 1 ? "Retry the one" : "Retry the %d".formatted(again));
    if (all.size() > 1) {
      retry.setText(retry.getText() + " that did not succeed");
    }
  }

  private void showRun() {
    JobRow row = job;
    RunPane pane = run;
    if (row != null && pane != null) {
      pane.show(runs.selected(), row.runs() == 1, row.state().isEnded());
    }
  }

  private void selected() {
    RunRow chosen = runs.selected();
    UI.getCurrent()
        .getPage()
        .getHistory()
        .replaceState(null, "jobs/" + id + (chosen == null ? "" : "?run=" + chosen.id()));
    showRun();
  }

  private void askCancel() {
    JobRow row = job;
    if (row != null) {
      new CancelDialog(row, runs.all(), () -> attempt(this::cancel)).open();
    }
  }

  private void cancel() {
    if (!jobs.cancel(id)) {
      Notices.good("The job had ended before it could be cancelled.");
    }
  }

  private void retry(@Nullable Collection<Long> only) {
    attempt(() -> UI.getCurrent().navigate("jobs/" + jobs.retry(id, only)));
  }

  private void attempt(Runnable act) {
    try {
      act.run();
      refresh();
    } catch (InvalidRequest | AccessRefused e) {
      Notices.bad(String.valueOf(e.getMessage()));
    }
  }
}
