package io.matriarch.simulator;

import java.util.Map;

/**
 * Where a scripted history is played: the simulator or the lab. Three members, named by what they
 * are at its begin; one pooler whose clients write all the time; one console that executes.
 */
public interface Stage {

  /** A member by its role at the begin; the candidate is who a switchover is asked for. */
  enum Member {
    FORMER,
    CANDIDATE,
    OTHER
  }

  /** What can be held still on a standby, without its host knowing. */
  enum Part {
    RECEIVER,
    REPLAY
  }

  /** When the console dies. */
  enum Moment {
    /** The former primary is down and can only start as a standby; replay is not proved yet. */
    SEALING,
    /** The candidate is the primary, and another standby is to follow it. */
    FOLLOWING
  }

  /** Confirms a switchover to the candidate. */
  void confirm(Map<String, String> options);

  void awaitEnd();

  void killConsoleAt(Moment moment);

  void restartConsole();

  void hold(Member member, Part part);

  void release(Member member, Part part);

  /** Somebody starts a server that is down. */
  void start(Member member);

  /** Somebody stops a server, cleanly. */
  void stop(Member member);

  /**
   * From the moment at which the server is on its way down, no command passes the guard of its host
   * until {@link #releaseGuard}; told before the run begins.
   */
  void holdGuardOnceStopping(Member member);

  void releaseGuard(Member member);

  /** Until no process of the server is left. */
  void awaitDown(Member member);

  /** Commits on every member, once it is the primary, are to wait for one of the others. */
  void makeSynchronous();

  /** Whether commits on it wait for standbys. */
  boolean isSynchronous(Member member);

  /** Somebody promotes it by hand. */
  void promote(Member member);

  /** Until the poolers let clients through. */
  void awaitResumed();

  void awaitPrimary(Member member);

  void awaitStreaming(Member member);

  /** The roles of those that accept writes, in the order of their names. */
  String writers();

  boolean isPaused();

  /** Whether it answers, in recovery. */
  boolean isStandby(Member member);

  int timeline(Member member);

  /** Whether its host refuses a command with the fence before that of the run. */
  boolean refusesOlderFence(Member member);

  /** How the run ended, whether past the point, and whether its term was published. */
  String run();

  /** Acknowledged rows that the primary does not have; clients are stopped first. */
  int lost();
}
