package io.matriarch.job;

import io.matriarch.inventory.Fleet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Carries one owned run from its first check to its last cleanup, or takes up one that another
 * console left: before its point of no return by its cleanups, past it by rolling forward.
 */
final class Executor {

  private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

  /** Loads what the run's action needs to decide, at the moment it runs. */
  interface Fleets {
    Fleet load(Target target, Set<Long> servers);
  }

  /** Makes the world of a run, and tells hosts its fence. */
  interface Worlds {
    World open(Owned run, Lease lease, RunJournal journal, Fleet fleet);

    /** Tells the servers the run's fence; answers those that could not be told, with the reason. */
    List<String> raiseFence(
        Owned run, Lease lease, Set<Long> servers, RunJournal journal, Fleet fleet)
        throws InterruptedException;
  }

  /** What every course needs. */
  record Parts(
      Runs runs,
      LocalLog localLog,
      Gate gate,
      Catalogue catalogue,
      Fleets fleets,
      Worlds worlds,
      StepCodec codec) {}

  private final Parts parts;

  Executor(Parts parts) {
    this.parts = parts;
  }

  /** Never throws; what cannot be written any more is left to whoever takes the run over. */
  void execute(Owned run, Lease lease, RunJournal journal) {
    try {
      new Course(parts, run, lease, journal).go();
    } catch (OwnershipLost e) {
      LOG.warn("{}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.info(
          "run {} was left at a stop of this console; its next start takes it up", run.runId());
    } catch (DataAccessException | TransactionException e) {
      LOG.warn(
          "run {} was left where it is, since the metadata database failed; it will be taken over: {}",
          run.runId(),
          e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("run {} of job {} stopped on an internal error", run.runId(), run.jobId(), e);
      endBroken(run, journal, e);
    }
  }

  private void endBroken(Owned run, RunJournal journal, RuntimeException cause) {
    try {
      parts
          .runs()
          .end(
              run,
              RunState.FAILED_UNCLEAN,
              "The engine stopped on an internal error (%s). Steps shown as running may have happened, cleanups may be left; look at the target before anything else."
                  .formatted(cause),
              List.of(),
              List.of(),
              journal.drain());
    } catch (RuntimeException e) {
      LOG.error("run {} could not be ended; it will be taken over", run.runId(), e);
    }
  }
}
