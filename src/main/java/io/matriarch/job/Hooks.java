package io.matriarch.job;

import io.matriarch.hook.HookPhase;
import java.time.Duration;

/** Runs scripts of the installation's own on the host of the console that runs this. */
public interface Hooks {

  /** The file of a script, for people to read. */
  String path(HookPhase phase, String script);

  /**
   * Runs one script with the facts as JSON on its standard input; what it writes is in the log.
   *
   * @throws StepFailed if it was not run, exited other than 0, or did not end in time
   */
  void run(HookPhase phase, String script, HookFacts facts, Duration limit)
      throws StepFailed, InterruptedException;
}
