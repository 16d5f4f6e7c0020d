package io.matriarch.ui.job;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.matriarch.job.InvalidRequest;
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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One job: its runs, their steps, the live log. Its address can be shared and reopened. */
@Route("jobs/:id([0-9]{1,18})")
@PermitAll
final class JobView extends Page implements BeforeEnterObserver {

  private final transient JobQueries queries;
  private final transient Jobs jobs;
  private final transient News news;
  private final Div bar = new Div();
  private final RunsPane runs = new RunsPane(this::selected);
  private final RunPane run;
  private final Button cancel = new Button("Cancel…", click -> askCancel());
  private final Button retry = new Button();
  private final Span footText = new Span();
  private transient @Nullable JobRow job;
  private long id;

  JobView(JobQueries queries, Jobs jobs, News news) {
    super("Job", "job");
    this.queries = queries;
    this.jobs = jobs;
    this.news = news;
    run = new RunPane(queries, run -> retry(List.of(run)));
    bar.addClassName("bar");
    Div panes = new Div(runs, run);
    panes.addClassName("panes");
    add(bar, panes);
    retry.addClickListener(click -> retry(null));
    addFoot(footText);
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    id = Long.parseLong(enter.getRouteParameters().get("id").orElseThrow());
    Optional<JobRow> found = queries.job(id);
    if (found.isEmpty()) {
      enter.rerouteToError(NotFoundException.class, "There is no job " + id + ".");
      return;
    }
    addButtons(JobLogDownload.of(queries, id), retry, cancel);
    titled("Job " + Figures.count(id) + " · " + found.get().label());
    run.open(id);
    refresh();
    news.follow(this, News.JOB, payload -> payload.equals(String.valueOf(id)), this::refresh);
  }

  private void refresh() {
    JobRow row = queries.job(id).orElseThrow();
    job = row;
    List<RunRow> all = queries.runs(id);
    runs.show(all);
    run.show(runs.selected(), row.state().isEnded());
    subtitled(
        new StateBadge(RunStates.of(row.state())),
        new Span(" " + row.requestedBy() + " · "),
        new Time(row.confirmedAt()),
        new Span(" · plan " + ConfirmDialog.shortHash(row.planHash())));
    bar.removeAll();
    bar.add(new JobProgress(row));
    cancel.setVisible(!row.state().isEnded());
    cancel.setEnabled(row.cancelledAt() == null);
    long again = all.stream().filter(r -> r.state().canBeRetried()).count();
    retry.setVisible(row.state().isEnded() && again > 0);
    retry.setText(again == 1 ? "Retry" : "Retry " + again + " failed");
    footText.setText(foot(row));
  }

  private static String foot(JobRow row) {
    return "This page can be shared: jobs/%d%s%s"
        .formatted(
            row.id(),
            row.retryOf() == null ? "" : " · a retry of job " + row.retryOf(),
            row.cancelledBy() == null ? "" : " · cancelled by " + row.cancelledBy());
  }

  private void selected(@Nullable RunRow chosen) {
    JobRow row = job;
    run.show(chosen, row != null && row.state().isEnded());
  }

  private void askCancel() {
    JobRow row = job;
    if (row != null) {
      new CancelDialog(row, runs.all(), () -> attempt(() -> jobs.cancel(id))).open();
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
