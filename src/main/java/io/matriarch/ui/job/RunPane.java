package io.matriarch.ui.job;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import io.matriarch.job.JobLog;
import io.matriarch.job.JobQueries;
import io.matriarch.job.LogLine;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.StepRow;
import io.matriarch.ui.component.StateBadge;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What became of the chosen run, its steps, and the log of it or of the whole job. */
final class RunPane extends Div {

  private final transient JobQueries queries;
  private final transient JobLog jobLog;
  private final transient LongConsumer retry;
  private final boolean mayRetry;
  private final transient ActionMenus actions;
  private final Div outcome = new Div();
  private final Details steps = new Details("Steps");
  private final Span scope = new Span();
  private final NativeButton all = new NativeButton("show all runs");
  private final TextField search = new TextField();
  private final LogPane log = new LogPane();
  private transient List<StepRow> shownSteps = List.of();
  private transient LogTail tail;
  private @Nullable Long run;
  private final long jobId;

  /**
   * @param retry null when this person may not retry
   */
  RunPane(
      JobQueries queries,
      JobLog jobLog,
      long jobId,
      Runnable showAll,
      @Nullable LongConsumer retry,
      ActionMenus actions) {
    this.jobLog = jobLog;
    this.actions = actions;
    this.queries = queries;
    this.jobId = jobId;
    this.retry = retry == null ? id -> {} : retry;
    this.mayRetry = retry != null;
    addClassName("runpane");
    tail = tail();
    all.addClassName("linklike");
    all.addClickListener(click -> showAll.run());
    outcome.addClassName("outcome");
    outcome.getElement().setAttribute("role", "status");
    steps.addClassName("steps");
    steps.setOpened(true);
    search.setPlaceholder("Search the log");
    search.setAriaLabel("Search the log");
    search.setClearButtonVisible(true);
    search.setValueChangeMode(ValueChangeMode.LAZY);
    search.addValueChangeListener(change -> restart());
    scope.addClassName("mute");
    Div grow = new Div();
    grow.addClassName("grow");
    Div tools = new Div(new H2("Log"), scope, all, grow, search);
    tools.addClassName("logtools");
    add(outcome, steps, tools, log);
  }

  void show(@Nullable RunRow chosen, boolean alone, boolean ended) {
    Long wanted = chosen == null ? null : chosen.id();
    if (!Objects.equals(wanted, run)) {
      run = wanted;
      restart();
    }
    scope.setText(chosen == null ? "of all runs" : "of " + chosen.targetName());
    scope.setTitle(scope.getText());
    all.setVisible(chosen != null && !alone);
    showOutcome(chosen);
    showSteps(chosen);
    log.following(!ended);
    log.whenEmpty(
        !search.isEmpty()
            ? "No line contains this."
            : ended ? "Nothing was logged." : "Nothing is logged yet.");
    readOn();
  }

  private void showOutcome(@Nullable RunRow chosen) {
    String message = chosen == null ? null : chosen.message();
    outcome.removeAll();
    outcome.setVisible(message != null && !message.isBlank());
    if (chosen == null || message == null) {
      return;
    }
    outcome.setClassName(
        "bad", chosen.state().canBeRetried() && chosen.state() != RunState.CANCELLED);
    if (chosen.state().canBeRetried()) {
      outcome.add(new StateBadge(RunStates.of(chosen.state())));
    }
    outcome.add(new Span(message));
    for (String left : chosen.remainder()) {
      outcome.add(new RemainderLine(left, chosen.target(), actions));
    }
    if (chosen.canBeRetried() && mayRetry) {
      outcome.add(new Button("Retry this one", click -> retry.accept(chosen.id())));
    }
  }

  private void showSteps(@Nullable RunRow chosen) {
    if (chosen == null) {
      steps.setVisible(false);
      shownSteps = List.of();
      return;
    }
    List<StepRow> now = queries.steps(jobId, chosen.id());
    steps.setVisible(!now.isEmpty());
    if (!now.equals(shownSteps)) {
      shownSteps = now;
      steps.removeAll();
      steps.add(new StepList(now));
    }
  }

  private void restart() {
    log.clear();
    tail = tail();
    readOn();
    log.cut(tail.isCut());
  }

  private LogTail tail() {
    return new LogTail(new Lines(jobLog, jobId, run, search.getValue().strip()));
  }

  private record Lines(JobLog jobLog, long job, @Nullable Long run, String text)
      implements LogTail.Source {
    @Override
    public Optional<List<LogLine>> after(long seq, int limit) {
      return jobLog.after(job, seq, run, text, limit);
    }

    @Override
    public Optional<List<LogLine>> last(int limit) {
      return jobLog.last(job, run, text, limit);
    }
  }

  private void readOn() {
    List<LogLine> lines = tail.more();
    if (!lines.isEmpty()) {
      log.append(lines);
    }
  }
}
