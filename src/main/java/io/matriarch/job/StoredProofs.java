package io.matriarch.job;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** {@link Proofs} of one attempt, stored with the run's steps. */
final class StoredProofs implements Proofs {

  private final Runs runs;
  private final Owned run;
  private final Lease lease;
  private final RunJournal journal;
  private final Map<String, String> fresh = new ConcurrentHashMap<>();

  StoredProofs(Runs runs, Owned run, Lease lease, RunJournal journal) {
    this.runs = runs;
    this.run = run;
    this.lease = lease;
    this.journal = journal;
  }

  /** Without our database a proof is kept for this attempt alone; the next one proves anew. */
  @Override
  public void keep(String name, String value) {
    if (!lease.isAlone()) {
      try {
        runs.keepProof(run, journal.kind(), journal.ordinal(), name, value);
      } catch (DataAccessException | TransactionException e) {
        if (!lease.goAlone(e)) {
          throw e;
        }
      }
    }
    fresh.put(name, value);
    journal.info("proved: %s = %s".formatted(name, value));
  }

  @Override
  public boolean isFresh(String name) {
    return fresh.containsKey(name);
  }

  @Override
  public Optional<String> find(String name) {
    String own = fresh.get(name);
    return own != null ? Optional.of(own) : runs.findProof(run.runId(), name);
  }
}
