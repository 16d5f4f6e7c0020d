package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import java.util.List;
import java.util.Set;

/** Creates physical slots on the candidate for those that will follow it. */
public record CreateSlots(InstanceRef instance, List<String> slots) implements Step {

  public CreateSlots {
    slots = List.copyOf(slots);
  }

  @Override
  public String describe() {
    return "create the slots %s on %s".formatted(String.join(", ", slots), instance);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(instance.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(Shown.sql(instance, ReplicationSql.createSlots(slots)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.replication().createSlots(instance, slots);
  }
}
