package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The last proofs before a promotion while the primary still runs and lets nobody in: the candidate
 * has replayed all that was written, all pauses hold.
 */
public record SealShutOut(
    InstanceRef candidate,
    int replaySeconds,
    List<PoolerRef> poolers,
    Server from,
    int neededSeconds)
    implements Step {

  public SealShutOut {
    poolers = List.copyOf(poolers);
  }

  private ProvePauses pauses() {
    return new ProvePauses(poolers, from, replaySeconds + neededSeconds);
  }

  @Override
  public String describe() {
    String replayed = "prove that %s has replayed all of it".formatted(candidate);
    return poolers.isEmpty() ? replayed : replayed + "; " + pauses().describe();
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(PausePoolers.servers(poolers));
    servers.add(candidate.serverId());
    return servers;
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(Shown.sql(candidate, "select pg_last_wal_replay_lsn()"));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    String still = Proved.require(world, Proved.STILL);
    List<Together.Call> calls = new ArrayList<>();
    calls.add(
        () ->
            world.replication().waitCaughtUp(candidate, still, Duration.ofSeconds(replaySeconds)));
    if (!poolers.isEmpty()) {
      calls.add(() -> pauses().run(world));
    }
    world.together().all(calls, calls.size());
  }
}
