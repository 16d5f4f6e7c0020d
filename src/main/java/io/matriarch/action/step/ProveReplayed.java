package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Proves that the candidate has replayed everything that the stopped primary wrote. */
record ProveReplayed(InstanceRef candidate, int limitSeconds) implements Step {

  @Override
  public String describe() {
    return "prove that %s has replayed all of it".formatted(candidate);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(candidate.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(Shown.sql(candidate, "select pg_last_wal_replay_lsn()"));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Down down = Proved.down(world);
    world.replication().waitReplayed(candidate, down, Duration.ofSeconds(limitSeconds));
    world.proofs().keep(Proved.REPLAYED, down.checkpoint());
  }
}
