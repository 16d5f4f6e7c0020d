package io.matriarch.ui.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.Component;
import io.matriarch.job.JobRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Waves;
import io.matriarch.job.Window;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JobProgressTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void what_people_cancelled_is_no_failure() {
    JobProgress progress =
        new JobProgress(job(10, 4, 5, 3), Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC));

    assertThat(widths(progress))
        .containsEntry("good", "40.0%")
        .containsEntry("failed", "20.0%")
        .containsEntry("cancelled", "30.0%");
    assertThat(progress.getElement().getTextRecursively())
        .contains("9 of 10 done · 2 not well · 3 cancelled");
  }

  private static Map<String, String> widths(JobProgress progress) {
    return progress
        .getChildren()
        .findFirst()
        .orElseThrow()
        .getChildren()
        .map(Component::getElement)
        .collect(
            Collectors.toMap(
                part -> part.getAttribute("class"), part -> part.getStyle().get("width")));
  }

  private static JobRow job(long runs, long succeeded, long failed, long cancelled) {
    return new JobRow(
        1,
        "instance.restart",
        "Restart 10 instances",
        RunState.RUNNING,
        "dora",
        "screen",
        NOW,
        NOW,
        null,
        null,
        null,
        null,
        8,
        null,
        "hash",
        "{}",
        runs,
        0,
        runs - succeeded - failed,
        succeeded,
        failed,
        cancelled,
        Window.NOW,
        Waves.ONE,
        false);
  }
}
