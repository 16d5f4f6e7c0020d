package io.matriarch.job;

import java.util.List;
import java.util.Set;

/**
 * One thing done to the world. Implemented by records only: their components are the resolved
 * arguments, they are stored as JSON, and running one twice is safe.
 */
public interface Step {

  /** What the operator reads, before and after. */
  String describe();

  /** What will be run, for the preview; empty if no command is. */
  default List<HostCommand> commands() {
    return List.of();
  }

  /** Ids of the servers it touches; a take-over tells each of them its fence. */
  default Set<Long> servers() {
    return Set.of();
  }

  /** The action that finishes this step when a run past its point of no return left it over. */
  default String finishedBy() {
    return "";
  }

  /** Whether clients are without a primary, or wait, from its beginning on. */
  default boolean interrupts() {
    return false;
  }

  /**
   * Whether clients wait for it past the point of no return: it is then finished even while our own
   * database does not answer.
   */
  default boolean clientsWait() {
    return false;
  }

  /**
   * What it brought clients, in the past tense and without the full stop; empty if it is not about
   * them.
   */
  default String achieved() {
    return "";
  }

  /** The same where it depends on what the run has proven. */
  default String achieved(Proofs proofs) {
    return achieved();
  }

  /**
   * In whole sentences: the state things are in, and what to do, when it failed past the point, or
   * as a cleanup.
   */
  default String ifLost() {
    return "";
  }

  void run(World world) throws StepFailed, InterruptedException;

  /** A command and the name of the host it runs on. */
  record HostCommand(String host, String command) {}
}
