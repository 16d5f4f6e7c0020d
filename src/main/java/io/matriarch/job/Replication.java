package io.matriarch.job;

import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.Rebuild.Space;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a switch of primaries does to instances. Each verb proves its outcome by state, is safe to
 * repeat, and throws {@link StepFailed} with what was tried, what came back and what state things
 * are in.
 */
public interface Replication extends AutoCloseable {

  /** As the host of an upstream: no server can listen there. */
  String NOWHERE = "/dev/null";

  /** A server that accepts writes since its promotion. */
  record Promoted(int timeline, String lsn) {}

  /**
   * How far a base backup has come, by its source (manual, section 28.4.6).
   *
   * @param total bytes; 0 while it is being estimated
   */
  record BackupProgress(String phase, long streamed, long total) {}

  /** What a standby receives, and from where. */
  record Receiving(
      boolean inRecovery,
      String status,
      int timeline,
      String senderHost,
      String replayLsn,
      String slot) {
    public boolean isStreaming() {
      return inRecovery && status.equals("streaming");
    }
  }

  /** Writes a checkpoint, or a restart point on a standby. */
  void checkpoint(InstanceRef instance, Duration limit) throws StepFailed, InterruptedException;

  /**
   * Writes a checkpoint on a primary and proves that its control file names the timeline that it
   * writes: until then {@code pg_rewind} takes it for what it was before its promotion.
   *
   * @return its system identifier
   */
  String proveControl(InstanceRef primary, int timeline, Duration limit)
      throws StepFailed, InterruptedException;

  /**
   * A role that may read the files of a primary, as {@code pg_rewind} must; the preferred one if it
   * may.
   */
  String rewinder(InstanceRef primary, String preferred) throws StepFailed, InterruptedException;

  /** Roles of a primary that standbys may connect as, superusers aside. */
  List<String> replicators(InstanceRef primary) throws StepFailed, InterruptedException;

  /** What room the data of a server takes, its data directory first. */
  List<Space> spaces(InstanceRef instance) throws StepFailed, InterruptedException;

  /** How far a base backup of a server has come; empty if none is taken under that name. */
  Optional<BackupProgress> backupProgress(InstanceRef source, String application)
      throws StepFailed, InterruptedException;

  /**
   * Stops a primary in mode fast by its signal and proves that it ended cleanly and that no process
   * is left.
   *
   * @param candidate address of the standby whose WAL sender may finish; others are ended after
   *     {@code patience}
   */
  Down stop(InstanceRef primary, Duration limit, Duration patience, String candidate)
      throws StepFailed, InterruptedException;

  /** Stops a standby in mode fast and proves that no process is left. */
  void stopStandby(InstanceRef standby, Duration limit) throws StepFailed, InterruptedException;

  /**
   * Waits until a server that is shutting down has no process left; one that is down is fine.
   *
   * @param immediate after which it is stopped in mode immediate, since something holds it, and
   *     what is left then is killed
   * @return how it ended
   */
  Down awaitDown(InstanceRef instance, Duration limit, Duration immediate)
      throws StepFailed, InterruptedException;

  /** Waits until a standby has replayed strictly past the shutdown checkpoint of its primary. */
  void waitReplayed(InstanceRef standby, Down down, Duration limit)
      throws StepFailed, InterruptedException;

  /** Promotes, waits until it accepts writes, and commits one locally. */
  Promoted promote(InstanceRef standby, Duration limit) throws StepFailed, InterruptedException;

  /** Proves that a server accepts writes; says on which timeline. */
  Promoted proveWritable(InstanceRef instance, Duration limit)
      throws StepFailed, InterruptedException;

  /**
   * Whether so many synchronous standbys of a primary have all it has committed, once they do or
   * when the time is over.
   */
  boolean isSynchronous(InstanceRef primary, int needed, Duration limit)
      throws StepFailed, InterruptedException;

  /** {@code synchronous_standby_names} as it is in force. */
  String synchronousNames(InstanceRef instance) throws StepFailed, InterruptedException;

  /** What a standby calls itself when it receives (application_name). */
  String applicationName(InstanceRef standby) throws StepFailed, InterruptedException;

  /** Roles and databases of a herd whose {@code synchronous_commit} is off or local. */
  List<String> hasty(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Writes {@code synchronous_standby_names} for good; empty: no commit waits for a standby. */
  void setSynchronousNames(InstanceRef primary, String names)
      throws StepFailed, InterruptedException;

  Receiving receiving(InstanceRef standby) throws StepFailed, InterruptedException;

  /**
   * What a switch needs to know of a server.
   *
   * @param patience transactions open for longer are listed
   */
  ReadinessFacts readiness(InstanceRef instance, Duration patience)
      throws StepFailed, InterruptedException;

  /** How a standby connects to its upstream; not logged, since it may hold a password. */
  Conninfo upstreamOf(InstanceRef standby) throws StepFailed, InterruptedException;

  /** Connects from the host of one instance as a WAL receiver would; changes nothing. */
  void tryReplication(InstanceRef from, Conninfo to) throws StepFailed, InterruptedException;

  /** Keeps beside a running server what will make it a standby. */
  void stageStandby(InstanceRef instance, Conninfo upstream, String slot)
      throws StepFailed, InterruptedException;

  /**
   * Makes a stopped server one that starts as a standby, whoever starts it.
   *
   * @param proven how it was seen to have ended; refused if somebody has run it since
   */
  void applyStandby(InstanceRef instance, Down proven) throws StepFailed, InterruptedException;

  /** The same for one of whose end nothing is promised. */
  void applyStandby(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Takes back what was staged and applied; the server must be stopped if it was applied. */
  void withdrawStandby(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Makes a stopped server one that starts as a standby of nobody, whoever starts it. */
  void fence(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Takes back what any run has applied; the server must be stopped. */
  void liftFence(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Forgets what was staged and kept. */
  void settleStandby(InstanceRef instance) throws StepFailed, InterruptedException;

  /** Waits until a standby has no WAL receiver any more. */
  void waitNotReceiving(InstanceRef standby, Duration limit)
      throws StepFailed, InterruptedException;

  /** How long ago a standby heard from its upstream; empty if it has no WAL receiver. */
  Optional<Duration> lastHeard(InstanceRef standby) throws StepFailed, InterruptedException;

  /** Up to which LSN a primary has written. */
  String written(InstanceRef primary) throws StepFailed, InterruptedException;

  /** Waits until a standby streams and has replayed up to an LSN. */
  void waitCaughtUp(InstanceRef standby, String lsn, Duration limit)
      throws StepFailed, InterruptedException;

  /**
   * A replication slot.
   *
   * @param pid of whoever uses it now; empty if nobody does
   * @param kept how much WAL is kept for it, such as {@code 16 MB}
   */
  record Slot(boolean logical, boolean active, String pid, String kept) {}

  /** A slot by its name, if there is one. */
  Optional<Slot> slot(InstanceRef instance, String name) throws StepFailed, InterruptedException;

  /** Drops a slot of any kind that is not in use. */
  void dropSlot(InstanceRef instance, String name) throws StepFailed, InterruptedException;

  /** Creates the physical slots that are missing, WAL reserved at once. */
  void createSlots(InstanceRef instance, List<String> names)
      throws StepFailed, InterruptedException;

  /** Drops physical slots that exist and are not in use. */
  void dropSlots(InstanceRef instance, List<String> names) throws StepFailed, InterruptedException;

  /** Names of the logical slots of a primary that standbys are to synchronise. */
  List<String> failoverSlots(InstanceRef primary) throws StepFailed, InterruptedException;

  /** Drops logical failover slots of those names that a standby has not by synchronising them. */
  void dropOwnFailoverSlots(InstanceRef standby, List<String> names)
      throws StepFailed, InterruptedException;

  /** Points a running standby at an upstream and slot, both at once. */
  void follow(InstanceRef standby, Conninfo upstream, String slot)
      throws StepFailed, InterruptedException;

  /** Waits until a standby streams on a timeline. */
  Receiving waitStreaming(InstanceRef standby, int timeline, Duration limit)
      throws StepFailed, InterruptedException;

  /** Ends what it keeps open between its verbs, if anything. */
  @Override
  default void close() {}
}
