package io.matriarch.job;

import io.matriarch.inventory.Observer;
import java.time.Clock;

/** Everything a step may touch: ports, real ones in production, simulated ones in tests. */
public record World(
    RunShell shell,
    Postgres postgres,
    Replication replication,
    Admission admission,
    Rebuilds rebuilds,
    Poolers poolers,
    Dns dns,
    Hooks hooks,
    Terms terms,
    Observer inventory,
    RunLog log,
    Proofs proofs,
    Progress progress,
    Together together,
    Pause pause,
    Clock clock)
    implements AutoCloseable {

  /** Ends what its ports keep open for the run. */
  @Override
  public void close() {
    replication.close();
    admission.close();
    poolers.close();
  }
}
