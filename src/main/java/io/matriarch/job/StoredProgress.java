package io.matriarch.job;

/** {@link Progress} beside the step in our database. */
final class StoredProgress implements Progress {

  private final Runs runs;
  private final Owned run;
  private final Lease lease;
  private final RunJournal journal;

  StoredProgress(Runs runs, Owned run, Lease lease, RunJournal journal) {
    this.runs = runs;
    this.run = run;
    this.lease = lease;
    this.journal = journal;
  }

  @Override
  public boolean tell(String what, long done, long total) {
    lease.require(run.runId());
    return runs.tell(run, journal.kind(), journal.ordinal(), what, done, total);
  }
}
