package io.matriarch.job;

import java.time.Duration;

/** Waits between two looks at the world; simulated time passes in tests. */
@FunctionalInterface
public interface Pause {
  void of(Duration duration) throws InterruptedException;
}
