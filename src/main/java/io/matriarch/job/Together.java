package io.matriarch.job;

import java.util.List;

/** Makes several calls at once; on one thread in tests. */
public interface Together {

  /** One call that a step makes beside others. */
  interface Call {
    void run() throws StepFailed, InterruptedException;
  }

  /**
   * Makes all calls, at most {@code limit} at a time, and waits for all.
   *
   * @throws StepFailed with every failure's message once all have ended
   */
  void all(List<Call> calls, int limit) throws StepFailed, InterruptedException;
}
