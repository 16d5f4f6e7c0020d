package io.matriarch.job;

import java.time.Duration;
import java.util.List;

/**
 * Who may connect to an instance, and who is connected. Each verb proves its outcome by state, is
 * safe to repeat, and throws {@link StepFailed} with what was tried, what came back and what state
 * things are in.
 */
public interface Admission extends AutoCloseable {

  /**
   * A host from which a connection is tried, and where to.
   *
   * @param server name of the host
   */
  record Door(long serverId, String server, String address, int port) {}

  /** Where the WAL of a primary was once nobody could write to it any more; on disk up to there. */
  record Still(int timeline, String lsn) {}

  /**
   * Sees what comes back to connections from there as long as they are let in, so that a refusal
   * can be told from it, and opens what {@link #refuse} needs. Changes nothing.
   *
   * @throws StepFailed also if {@code pg_hba.conf} has lines that cannot be read: it would not be
   *     loaded
   */
  void prepare(InstanceRef primary, List<Door> doors) throws StepFailed, InterruptedException;

  /**
   * Lets nobody connect any more but its owner on its own host, and sees that connections from
   * other hosts are refused. It holds over a restart of the server. Who is connected stays so.
   */
  void refuse(InstanceRef primary, List<Door> doors, Duration limit)
      throws StepFailed, InterruptedException;

  /**
   * Ends every session, until none is left, and has all WAL on disk.
   *
   * @param still how long the WAL must have stood still then; zero if it need not
   * @throws StepFailed also if something that is no session may write on, such as a scheduler
   */
  Still endSessions(InstanceRef primary, Duration limit, Duration still)
      throws StepFailed, InterruptedException;

  /** Lets in again whoever could connect before; one that is stopped reads it when it starts. */
  void admit(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Ends what it keeps open between its verbs, if anything. */
  @Override
  default void close() {}
}
