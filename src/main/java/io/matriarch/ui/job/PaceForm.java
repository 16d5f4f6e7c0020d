package io.matriarch.ui.job;

import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.datepicker.DatePicker.DatePickerI18n;
import com.vaadin.flow.component.datetimepicker.DateTimePicker;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.IntegerField;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Preview;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.job.Waves;
import io.matriarch.job.Window;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a job begins and how its targets follow each other: now or in a window in the reader's own
 * zone; and of several the first one alone, in waves, so many at a time, until so many failed.
 */
final class PaceForm extends Div {

  private static final String NOW = "Now";
  private static final String LATER = "In a window";
  private static final Map<String, Duration> LENGTHS = new LinkedHashMap<>();
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  static {
    LENGTHS.put("15 minutes", Duration.ofMinutes(15));
    LENGTHS.put("30 minutes", Duration.ofMinutes(30));
    LENGTHS.put("1 hour", Duration.ofHours(1));
    LENGTHS.put("2 hours", Duration.ofHours(2));
    LENGTHS.put("4 hours", Duration.ofHours(4));
    LENGTHS.put("8 hours", Duration.ofHours(8));
  }

  private final RadioButtonGroup<String> when = new RadioButtonGroup<>("Begin");
  private final DateTimePicker from = new DateTimePicker("From");
  private final Select<String> length = new Select<>();
  private final Span utc = new Span();
  private final Div window = new Div(from, length, utc);
  private final IntegerField parallelism = new IntegerField("At a time");
  private final IntegerField stopAfter = new IntegerField("Stop after failures");
  private final Checkbox canary = new Checkbox("First one alone");
  private final Checkbox byPriority = new Checkbox("By priority of herds");
  private final IntegerField waveSize = new IntegerField("In waves of");
  private final IntegerField pause = new IntegerField("Seconds between");
  private final transient Runnable changed;
  private final transient Clock clock;
  private ZoneId zone = ZoneOffset.UTC;
  private @Nullable LocalDateTime suggested;

  PaceForm(boolean several, Runnable changed, Clock clock) {
    this.clock = clock;
    this.changed = changed;
    addClassName("pace");
    add(buildWindow());
    if (several) {
      add(buildWaves());
    }
    // The reader may have chosen UTC for all times; without an answer they are in UTC.
    getElement()
        .executeJs(
            "return localStorage.getItem('matriarch.zone') === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone")
        .then(String.class, this::reads);
  }

  private Div buildWindow() {
    when.setItems(NOW, LATER);
    when.setValue(NOW);
    from.setStep(Duration.ofMinutes(15));
    from.setDatePickerI18n(new DatePickerI18n().setDateFormat("yyyy-MM-dd"));
    from.setLocale(Locale.UK);
    from.setDateAriaLabel("Date on which it may begin");
    from.setTimeAriaLabel("Time at which it may begin");
    length.setLabel("For");
    length.setItems(LENGTHS.keySet());
    length.setValue("2 hours");
    utc.addClassName("mute");
    window.addClassName("window");
    window.setVisible(false);
    when.addValueChangeListener(change -> choose());
    from.addValueChangeListener(change -> update());
    length.addValueChangeListener(change -> update());
    Div line = new Div(when, window);
    line.addClassName("paceline");
    return line;
  }

  private Div buildWaves() {
    parallelism.setMin(1);
    parallelism.setMax(500);
    parallelism.setValue(JobRequest.DEFAULT_PARALLELISM);
    parallelism.setStepButtonsVisible(true);
    stopAfter.setMin(1);
    stopAfter.setPlaceholder("never");
    waveSize.setMin(1);
    waveSize.setPlaceholder("all");
    pause.setMin(1);
    pause.setMax((int) Waves.LONGEST_PAUSE.toSeconds());
    pause.setPlaceholder("none");
    pause.setVisible(false);
    canary.addValueChangeListener(change -> update());
    byPriority.setHelperText("Lower numbers first, each a wave of its own");
    byPriority.addValueChangeListener(change -> update());
    waveSize.addValueChangeListener(change -> update());
    pause.addValueChangeListener(change -> update());
    Div line = new Div(parallelism, stopAfter, waveSize, pause, canary, byPriority);
    line.addClassName("paceline");
    return line;
  }

  private void reads(String name) {
    try {
      zone = ZoneId.of(name);
    } catch (DateTimeException e) {
      zone = ZoneOffset.UTC;
    }
    from.setLabel("From (" + zone.getId() + ")");
    suggest();
  }

  private void choose() {
    window.setVisible(isLater());
    suggest();
    update();
  }

  /** The next full hour that leaves time to think again. */
  private void suggest() {
    if (isLater() && Objects.equals(from.getValue(), suggested)) {
      suggested =
          LocalDateTime.ofInstant(clock.instant().plus(Duration.ofMinutes(75)), zone)
              .truncatedTo(ChronoUnit.HOURS);
      from.setValue(suggested);
    }
  }

  private void update() {
    pause.setVisible(waits());
    LocalDateTime begin = from.getValue();
    utc.setText(
        !isLater() || begin == null || zone.getId().equals("UTC")
            ? ""
            : "%s to %s UTC".formatted(UTC.format(at(begin)), UTC.format(at(begin).plus(span()))));
    changed.run();
  }

  boolean isLater() {
    return LATER.equals(when.getValue());
  }

  private Instant at(LocalDateTime local) {
    return local.atZone(zone).toInstant();
  }

  private Duration span() {
    return Objects.requireNonNull(LENGTHS.get(length.getValue()));
  }

  /** Names the target that goes first. */
  void show(Preview preview) {
    String first =
        preview.targets().stream()
            .filter(target -> Objects.equals(target.wave(), 1))
            .findFirst()
            .map(TargetPreview::name)
            .orElse("it");
    canary.setHelperText(
        canary.getValue() ? "%s; the others only if it succeeds".formatted(first) : "");
  }

  /**
   * The request at the pace that was chosen.
   *
   * @throws InvalidRequest when what was chosen makes no sense
   */
  JobRequest pace(JobRequest plain) {
    Integer atOnce = parallelism.getValue();
    return new JobRequest(
        plain.action(),
        plain.targets(),
        plain.options(),
        atOnce == null ? JobRequest.DEFAULT_PARALLELISM : atOnce,
        stopAfter.getValue(),
        window(),
        waves(),
        plain.planHash(),
        plain.idempotencyKey());
  }

  private Window window() {
    LocalDateTime begin = from.getValue();
    if (!isLater()) {
      return Window.NOW;
    }
    if (begin == null) {
      throw new InvalidRequest("Choose the day and the time from which it may begin.");
    }
    return new Window(at(begin), at(begin).plus(span()));
  }

  private Waves waves() {
    return new Waves(
        canary.getValue() ? 1 : null,
        waveSize.getValue(),
        waits() && pause.getValue() != null ? Duration.ofSeconds(pause.getValue()) : null,
        byPriority.getValue());
  }

  private boolean waits() {
    return canary.getValue() || byPriority.getValue() || waveSize.getValue() != null;
  }
}
