package io.matriarch.ui.shell;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives failures an id that people can quote and the log can be searched for. */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static String log(String where, Throwable failure) {
    String id =
        Long.toString(
                ThreadLocalRandom.current()
                    .nextLong(36L * 36 * 36 * 36 * 36, 36L * 36 * 36 * 36 * 36 * 36),
                36)
            .toUpperCase(Locale.ROOT);
    log.error("Error {} on {}", id, where, failure);
    return id;
  }
}
