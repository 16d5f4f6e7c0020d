package io.matriarch.job;

import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;

/**
 * The shell of one run: logs each command with its output, exit and duration, refuses to send
 * anything once the run's lease has lapsed, and sends what changes a host through the host guard.
 */
public interface RunShell {

  /**
   * Runs a command that changes nothing.
   *
   * @throws StepFailed when there is no result; the message says whether it may have run
   */
  CommandResult read(long serverId, Command command) throws StepFailed, InterruptedException;

  /**
   * Runs a command that changes something, unless a newer owner of the herd has been on the host.
   *
   * @throws StepFailed when there is no result, or when the host refused the run's fence
   */
  CommandResult change(long serverId, Command command) throws StepFailed, InterruptedException;
}
