package io.matriarch.watch;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Sees whether herds that are to fail over by themselves could. */
@Component
class AutomaticConditions {

  private static final Logger log = LoggerFactory.getLogger(AutomaticConditions.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  private final Automatics automatics;
  private final Turns turns;

  AutomaticConditions(Automatics automatics, Turns turns) {
    this.automatics = automatics;
    this.turns = turns;
  }

  @Scheduled(fixedDelay = 1_000, initialDelay = 10_000)
  void ifDue() {
    try {
      if (turns.take("automatic-conditions", INTERVAL)) {
        automatics.examine();
      }
    } catch (RuntimeException e) {
      log.warn(
          "Whether herds could fail over by themselves was not seen and is again: {}",
          e.toString());
    }
  }
}
