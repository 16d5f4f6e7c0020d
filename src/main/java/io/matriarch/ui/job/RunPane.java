package io.matriarch.ui.job;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import io.matriarch.job.JobQueries;
import io.matriarch.job.LogLine;
import io.matriarch.job.RunRow;
import io.matriarch.job.StepRow;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What became of the chosen run, its steps, and the log of it or of the whole job. */
final class RunPane extends Div {

  private static final int PAGE = 2000;
  private static final int MOST_PAGES = 25;

  private final transient JobQueries queries;
  private final transient LongConsumer retry;
  private final Div outcome = new Div();
  private final Details steps = new Details("Steps");
  private final Span scope = new Span();
  private final TextField search = new TextField();
  private final LogPane log = new LogPane();
  private transient List<StepRow> shownSteps = List.of();
  private @Nullable Long run;
  private long jobId;
  private long lastSeq;

  RunPane(JobQueries queries, LongConsumer retry) {
    this.queries = queries;
    this.retry = retry;
    addClassName("runpane");
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
    Div tools = new Div(new Span("Log"), scope, grow, search);
    tools.addClassName("logtools");
    add(outcome, steps, tools, log);
  }

  void open(long job) {
    jobId = job;
  }

  void show(@Nullable RunRow chosen, boolean ended) {
    Long wanted = chosen == null ? null : chosen.id();
    if (!Objects.equals(wanted, run)) {
      run = wanted;
      restart();
    }
    scope.setText(chosen == null ? "all runs" : chosen.targetName());
    showOutcome(chosen);
    showSteps(chosen);
    log.following(!ended && search.isEmpty());
    readOn();
  }

  private void showOutcome(@Nullable RunRow chosen) {
    String message = chosen == null ? null : chosen.message();
    outcome.removeAll();
    outcome.setVisible(message != null && !message.isBlank());
    if (chosen == null || message == null) {
      return;
    }
    outcome.setClassName("bad", chosen.state().canBeRetried());
    outcome.add(new Span(message));
    for (String left : chosen.remainder()) {
      Div line = new Div("Left to do: " + left);
      line.addClassName("mute");
      outcome.add(line);
    }
    if (chosen.state().canBeRetried()) {
      outcome.add(new Button("Retry this one", click -> retry.accept(chosen.id())));
    }
  }

  private void showSteps(@Nullable RunRow chosen) {
    steps.setVisible(chosen != null);
    if (chosen == null) {
      shownSteps = List.of();
      return;
    }
    List<StepRow> now = queries.steps(jobId, chosen.id());
    if (!now.equals(shownSteps)) {
      shownSteps = now;
      steps.removeAll();
      steps.add(new StepList(now));
    }
  }

  private void restart() {
    lastSeq = 0;
    log.clear();
    readOn();
  }

  private void readOn() {
    for (int page = 0; page < MOST_PAGES; page++) {
      List<LogLine> lines = queries.log(jobId, lastSeq, run, search.getValue().strip(), PAGE);
      if (!lines.isEmpty()) {
        lastSeq = lines.getLast().seq();
        log.append(lines);
      }
      if (lines.size() < PAGE) {
        return;
      }
    }
  }
}
