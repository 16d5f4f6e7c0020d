package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Drops the logical failover slots that a former primary still has as its own: under the same names
 * those of the new primary could not be synchronised to it (PostgreSQL 17, section 47.2.3).
 */
public record TidyFailoverSlots(InstanceRef former, InstanceRef primary) implements Step {

  @Override
  public String describe() {
    return "drop the logical failover slots on %s that those of %s take the place of"
        .formatted(former, primary.server());
  }

  @Override
  public Set<Long> servers() {
    return new TreeSet<>(Set.of(former.serverId(), primary.serverId()));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    List<String> there = world.replication().failoverSlots(primary);
    if (!there.isEmpty()) {
      world.replication().dropOwnFailoverSlots(former, there);
    }
  }
}
