package io.matriarch.remote;

import java.time.Duration;

/** A command that was started on a host and stays, such as an interpreter. For one thread. */
public interface RemoteSession extends AutoCloseable {

  /** Whether it can still be asked, as far as is known here. */
  boolean isOpen();

  /**
   * Sends a text and waits for what it answers. If the command ends first, its exit and outputs are
   * the result, and the session is over.
   *
   * @param last the line that ends the answer, which no other line equals; it is not part of it
   * @return exit 0 with the answer, or how the command ended
   * @throws ShellUnavailable if neither came within the limit, or the connection was lost; the
   *     session is over then
   * @throws InterruptedException if the calling thread was interrupted; the session is over then
   */
  CommandResult ask(String text, String last, Duration limit)
      throws ShellUnavailable, InterruptedException;

  /** Ends the command's input and its channel. */
  @Override
  void close();
}
