package io.matriarch.hook;

import java.time.Duration;

/**
 * How a script ended.
 *
 * @param exit its exit status; -1 if it was ended at its limit
 */
public record HookResult(int exit, boolean timedOut, Duration duration) {

  public boolean succeeded() {
    return exit == 0 && !timedOut;
  }
}
