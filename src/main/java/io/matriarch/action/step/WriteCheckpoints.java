package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes checkpoints, so that a stop or a rewind that follows has little left to write. */
public record WriteCheckpoints(List<InstanceRef> instances) implements Step {

  private static final Duration LIMIT = Duration.ofMinutes(15);

  public WriteCheckpoints {
    instances = List.copyOf(instances);
  }

  @Override
  public String describe() {
    return "write a checkpoint on "
        + instances.stream().map(InstanceRef::toString).collect(Collectors.joining(" and "));
  }

  @Override
  public Set<Long> servers() {
    return instances.stream().map(InstanceRef::serverId).collect(Collectors.toSet());
  }

  @Override
  public List<HostCommand> commands() {
    return instances.stream().map(i -> Shown.sql(i, ReplicationSql.CHECKPOINT)).toList();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    List<Together.Call> calls = new ArrayList<>();
    for (InstanceRef instance : instances) {
      calls.add(() -> world.replication().checkpoint(instance, LIMIT));
    }
    world.together().all(calls, calls.size());
  }
}
