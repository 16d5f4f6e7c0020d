package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import java.util.List;
import java.util.Set;

/** Drops physical slots that nobody uses any more; what is gone or in use stays as it is. */
public record DropSlots(InstanceRef instance, List<String> slots) implements Step {

  public DropSlots {
    slots = List.copyOf(slots);
  }

  @Override
  public String describe() {
    return "drop the slots %s on %s if nobody uses them"
        .formatted(String.join(", ", slots), instance);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(instance.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(Shown.sql(instance, ReplicationSql.dropSlots(slots)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.replication().dropSlots(instance, slots);
  }
}
