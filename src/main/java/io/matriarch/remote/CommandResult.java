package io.matriarch.remote;

import java.time.Duration;

/**
 * How a command ended. A command that a signal ended has 128 plus the signal as its exit, as in a
 * shell.
 *
 * @param stdout what was kept of the output; control characters are as they came, bytes that are
 *     not UTF-8 are U+FFFD
 * @param truncated whether output was dropped because of the limit
 */
public record CommandResult(
    int exit, Duration duration, String stdout, String stderr, boolean truncated) {

  public boolean succeeded() {
    return exit == 0;
  }
}
