package io.matriarch.remote;

/** Runs commands on hosts. Safe for many threads at once, virtual ones included. */
public interface Shell {

  /**
   * Runs the command as it is (see {@link Host#become}) and waits for its end. A non-zero exit is a
   * result. Lines reach the sink while the command runs, one at a time.
   *
   * @throws ShellUnavailable if there is no result; {@link ShellUnavailable#mayHaveRun} tells
   *     whether the command can have been started
   * @throws InterruptedException if the calling thread was interrupted: the channel is closed, and
   *     the command may have been started and may go on
   */
  CommandResult run(Host host, Command command, OutputSink sink)
      throws ShellUnavailable, InterruptedException;

  /**
   * Starts the command and keeps it, to be asked again and again without the price of starting it.
   * Close the session: it takes one of the host's places until then.
   *
   * @throws ShellUnavailable if it could not be started
   */
  RemoteSession open(Host host, Command command) throws ShellUnavailable, InterruptedException;

  /** {@link #run(Host, Command, OutputSink)} for those who want the result only. */
  default CommandResult run(Host host, Command command)
      throws ShellUnavailable, InterruptedException {
    return run(host, command, OutputSink.NONE);
  }
}
