package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The last proofs before a promotion, made at once since each is about another host: the stopped
 * primary can only start as a standby, the candidate has replayed everything, all pauses hold.
 */
public record SealSwitch(
    InstanceRef primary,
    InstanceRef candidate,
    int replaySeconds,
    List<PoolerRef> poolers,
    Server from,
    int neededSeconds)
    implements Step {

  public SealSwitch {
    poolers = List.copyOf(poolers);
  }

  private List<Step> parts() {
    List<Step> parts =
        new ArrayList<>(
            List.of(new TurnIntoStandby(primary), new ProveReplayed(candidate, replaySeconds)));
    if (!poolers.isEmpty()) {
      parts.add(new ProvePauses(poolers, from, replaySeconds + neededSeconds));
    }
    return parts;
  }

  @Override
  public String describe() {
    return String.join("; ", parts().stream().map(Step::describe).toList());
  }

  @Override
  public List<HostCommand> commands() {
    return parts().stream().flatMap(part -> part.commands().stream()).toList();
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new HashSet<>();
    parts().forEach(part -> servers.addAll(part.servers()));
    return servers;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    List<Together.Call> calls = new ArrayList<>();
    for (Step part : parts()) {
      calls.add(() -> part.run(world));
    }
    world.together().all(calls, calls.size());
  }
}
