package io.matriarch.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a run did to the clients of its target, told in the order in which it came about. */
final class Service {

  private final List<String> told = new ArrayList<>();
  private @Nullable Instant interrupted;

  void begins(Step step, Clock clock) {
    if (step.interrupts() && interrupted == null) {
      interrupted = clock.instant();
    }
  }

  void done(Step step, Proofs proofs, Clock clock) {
    String achieved = step.achieved(proofs);
    if (!achieved.isEmpty()) {
      told.add(achieved + (step.achieved().isEmpty() ? "" : since(clock)) + ".");
    }
  }

  void lost(Step step) {
    if (!step.ifLost().isEmpty()) {
      told.add(step.ifLost());
    }
  }

  /** After a take-over nobody knows when it began. */
  private String since(Clock clock) {
    return interrupted == null
        ? ""
        : String.format(
            Locale.ROOT,
            ", %.1f s after clients were held",
            Duration.between(interrupted, clock.instant()).toMillis() / 1000.0);
  }

  /** The plan would have held clients, and did not come so far. */
  void spared(Plan plan) {
    if (interrupted == null
        && plan.entries().stream().anyMatch(entry -> entry.step().interrupts())) {
      told.add("Clients were not held: they go on as before.");
    }
  }

  String after(String message) {
    return told.isEmpty() ? message : (message + " " + String.join(" ", told)).strip();
  }
}
