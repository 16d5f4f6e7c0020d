package io.matriarch.remote;

import java.time.Duration;

/** A command that was started on a host and stays, such as an interpreter. For one thread. */
public interface RemoteSession extends AutoCloseable {

  /** Whether it can still be asked, as far as is known here. */
  boolean isOpen();

  /**
   * Sends a text and waits for what it answers. The answer ends with a line that is the mark, a
   * space and an exit on standard output, and one that is the mark on standard error. If the
   * command itself ends first, its exit and outputs are the result, and the session is over.
   *
   * @param mark that no other line begins with; it is not part of the answer
   * @param sink gets the lines of the answer as they come
   * @return with the exit that came with the mark, or how the command ended, which is no success
   * @throws ShellUnavailable if neither came within the limit, or the connection was lost; the
   *     session is over then
   * @throws InterruptedException if the calling thread was interrupted; the session is over then
   */
  CommandResult ask(String text, String mark, Duration limit, OutputSink sink)
      throws ShellUnavailable, InterruptedException;

  /** Ends the command's input and its channel. */
  @Override
  void close();
}
