package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;

/**
 * Drops on the former primary the slots of those that follow the new one: left there they would
 * hold WAL until the disk is full.
 */
public record TidySlots(InstanceRef former, List<Long> members) implements Step {

  public TidySlots {
    members = List.copyOf(members);
  }

  @Override
  public String describe() {
    return "drop the slots on %s that nobody uses any more".formatted(former);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(former.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    List<String> slots =
        members.stream()
            // One that was away has no proof; what we would have made for it holds WAL as well.
            .map(id -> world.proofs().find("former slot of " + id).orElse("matriarch_" + id))
            .filter(slot -> !slot.isEmpty())
            .toList();
    world.replication().dropSlots(former, slots);
  }
}
