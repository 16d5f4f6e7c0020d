package io.matriarch.ui.job;

import com.vaadin.flow.component.grid.ColumnTextAlign;
import com.vaadin.flow.component.grid.Grid;
import com.vaadin.flow.component.grid.GridSingleSelectionModel;
import com.vaadin.flow.data.provider.AbstractBackEndDataProvider;
import com.vaadin.flow.data.provider.Query;
import com.vaadin.flow.data.renderer.LitRenderer;
import io.matriarch.job.JobRow;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Waits;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.StateText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The runs of a job, one line a target. */
final class RunsPane extends Grid<RunRow> {

  private static final String STATE =
      """
      ${item.busy ? html`<span class="miniprog"><i style="width:${item.done}%"></i></span> <span class="mute" title="${item.word}">${item.word}</span>`
        : html`<span class="${item.style}" title="${item.why}"><span class="sign" aria-hidden="true">${item.sign}</span> ${item.word}</span>`}""";

  private transient List<RunRow> runs = List.of();
  private transient @Nullable JobRow job;
  private transient @Nullable Waits waits;
  private final transient Column<RunRow> waves;
  private final transient Rows rows = new Rows();
  private @Nullable Long chosen;
  private boolean touched;
  private final transient Runnable whenChosen;
  private final transient Column<RunRow> messages;
  private final transient Clock clock;

  RunsPane(Runnable whenChosen, Clock clock) {
    super(60);
    this.whenChosen = whenChosen;
    this.clock = clock;
    addClassNames("fleet", "runs");
    setAriaLabel("Runs");
    ((GridSingleSelectionModel<RunRow>) setSelectionMode(SelectionMode.SINGLE))
        .setDeselectAllowed(false);
    addColumn(
            LitRenderer.<RunRow>of("<span title=\"${item.name}\">${item.name}</span>")
                .withProperty("name", RunRow::targetName))
        .setHeader("Target")
        .setFlexGrow(1)
        .setWidth("160px");
    waves =
        addColumn(this::wave)
            .setHeader("Wave")
            .setWidth("64px")
            .setFlexGrow(0)
            .setTextAlign(ColumnTextAlign.END);
    addColumn(state()).setHeader("State").setWidth("168px").setFlexGrow(0);
    addColumn(RunsPane::steps)
        .setHeader("Step")
        .setWidth("58px")
        .setFlexGrow(0)
        .setTextAlign(ColumnTextAlign.END);
    addColumn(this::took)
        .setHeader("Time")
        .setWidth("74px")
        .setFlexGrow(0)
        .setTextAlign(ColumnTextAlign.END);
    messages =
        addColumn(
                LitRenderer.<RunRow>of(
                        "<span class=\"mute\" title=\"${item.text}\">${item.text}</span>")
                    .withProperty("text", run -> run.message() == null ? "" : run.message()))
            .setHeader("Message")
            .setFlexGrow(2)
            .setWidth("120px");
    setDataProvider(rows);
    addSelectionListener(
        change -> {
          if (change.isFromClient()) {
            touched = true;
            chosen = change.getFirstSelectedItem().map(RunRow::id).orElse(null);
            whenChosen.run();
          }
        });
  }

  private LitRenderer<RunRow> state() {
    return LitRenderer.<RunRow>of(STATE)
        .withProperty("busy", run -> run.state() == RunState.RUNNING)
        .withProperty("done", run -> run.steps() == 0 ? 0 : 100 * run.stepsDone() / run.steps())
        .withProperty("style", run -> state(run).tone().style())
        .withProperty("sign", run -> state(run).tone().sign())
        .withProperty("word", this::word)
        .withProperty("why", this::why);
  }

  private StateText state(RunRow run) {
    JobRow row = job;
    return row == null ? RunStates.of(run.state()) : RunStates.of(row, run);
  }

  private boolean inLaterWave(RunRow run) {
    return job != null && !job.scheduled() && run.wave() != null && run.wave() > 1;
  }

  private String wave(RunRow run) {
    JobRow row = job;
    if (run.wave() == null) {
      return "";
    }
    return run.wave() == 1 && row != null && row.waves().canary() != null
        ? "canary"
        : String.valueOf(run.wave());
  }

  private String why(RunRow run) {
    String waitsFor = waits == null ? null : waits.of(run);
    return waitsFor != null ? "waits for " + waitsFor : run.message() == null ? "" : run.message();
  }

  /** Of a run that waits for another, that one. */
  private String word(RunRow run) {
    StateText state = state(run);
    String step = run.currentStep();
    if (run.state() == RunState.QUEUED && (run.heldBy() != null || inLaterWave(run))) {
      return why(run);
    }
    return run.state() == RunState.RUNNING && step != null ? step : state.word();
  }

  private static String steps(RunRow run) {
    return run.steps() == 0 ? "" : run.stepsDone() + "/" + run.steps();
  }

  private String took(RunRow run) {
    if (run.startedAt() == null) {
      return "";
    }
    Instant end = run.endedAt() == null ? clock.instant() : run.endedAt();
    return Figures.duration(Duration.between(run.startedAt(), end));
  }

  void show(JobRow row, List<RunRow> all) {
    job = row;
    waits = Waits.of(row, all);
    boolean first = runs.isEmpty();
    boolean ended = all.stream().allMatch(run -> run.state().isEnded());
    runs = List.copyOf(all);
    if (chosen == null && !touched && (first || ended)) {
      startWith(all, ended);
    }
    waves.setVisible(row.waves().areSeveral());
    messages.setVisible(all.stream().anyMatch(run -> run.message() != null));
    rows.refreshAll();
    RunRow selected = selected();
    if (selected != null) {
      select(selected);
    }
  }

  /**
   * A lone run is opened at once, and of several the first that did not go well; one that was
   * refused beforehand neither hides the log of those that run nor what failed.
   */
  private void startWith(List<RunRow> all, boolean ended) {
    Optional<RunRow> start =
        all.size() == 1
            ? Optional.of(all.getFirst())
            : all.stream()
                .filter(run -> run.state().canBeRetried())
                .filter(run -> ended || run.state() != RunState.REFUSED)
                .min(Comparator.comparing(run -> run.state() == RunState.REFUSED));
    start.ifPresent(
        run -> {
          chosen = run.id();
          select(run);
        });
  }

  /** Opens with this run, if the job has it. */
  void choose(@Nullable Long run) {
    chosen = run;
    touched = run != null;
  }

  /** Takes the choice of one run back. */
  void showAll() {
    touched = true;
    chosen = null;
    deselectAll();
    whenChosen.run();
  }

  List<RunRow> all() {
    return runs;
  }

  @Nullable RunRow selected() {
    return runs.stream()
        .filter(run -> chosen != null && run.id() == chosen)
        .findFirst()
        .orElse(null);
  }

  private final class Rows extends AbstractBackEndDataProvider<RunRow, Void> {
    @Override
    protected Stream<RunRow> fetchFromBackEnd(Query<RunRow, Void> query) {
      return runs.stream().skip(query.getOffset()).limit(query.getLimit());
    }

    @Override
    protected int sizeInBackEnd(Query<RunRow, Void> query) {
      return runs.size();
    }

    @Override
    public Object getId(RunRow run) {
      return run.id();
    }
  }
}
