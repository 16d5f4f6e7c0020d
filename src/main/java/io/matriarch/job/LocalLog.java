package io.matriarch.job;

import java.util.List;

/**
 * Keeps on this console's own disk what a run did while our database did not answer, until it can
 * be written there.
 */
interface LocalLog {

  /** Durable when it returns. */
  void keep(Owned run, List<Runs.Line> lines);

  /** Writes what was kept into our database, and forgets what it has taken. */
  void reconcile(Runs runs);
}
