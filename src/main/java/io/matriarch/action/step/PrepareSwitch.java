package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Replication.Receiving;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import java.util.List;
import java.util.Set;

/**
 * Proves on the servers themselves that a switch can begin: the primary writes, the candidate
 * streams from its timeline, and the way back is open. Changes nothing.
 *
 * @param address where the candidate is reached by standbys
 */
public record PrepareSwitch(
    InstanceRef primary, InstanceRef candidate, String address, List<InstanceRef> others)
    implements Step {

  public PrepareSwitch {
    others = List.copyOf(others);
  }

  @Override
  public String describe() {
    return "prove that %s streams from %s, and that it could stream back"
        .formatted(candidate, primary.server());
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId(), candidate.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world
        .together()
        .all(
            List.of(
                () -> provePrimary(world), () -> proveCandidate(world), () -> proveWayBack(world)),
            3);
    int timeline = Integer.parseInt(Proved.require(world, "primary timeline"));
    int received = Integer.parseInt(Proved.require(world, "candidate timeline"));
    if (timeline != received) {
      throw new StepFailed(
          "%s streams on timeline %d, and %s writes timeline %d. Nothing was changed; the standby must follow first."
              .formatted(candidate, received, primary, timeline));
    }
  }

  private void provePrimary(World world) throws StepFailed, InterruptedException {
    if (world.postgres().look(primary) instanceof Seen.Running seen && !seen.inRecovery()) {
      world.proofs().keep("primary timeline", String.valueOf(seen.timeline()));
      return;
    }
    throw new StepFailed(
        "%s is not a running primary. Nothing was changed; a switch needs both sides alive, a failover does not."
            .formatted(primary));
  }

  private void proveCandidate(World world) throws StepFailed, InterruptedException {
    Receiving seen = world.replication().receiving(candidate);
    if (!seen.isStreaming()) {
      throw new StepFailed(
          "%s does not stream: in recovery %s, WAL receiver \"%s\". Nothing was changed; its log says why."
              .formatted(candidate, seen.inRecovery(), seen.status()));
    }
    world.proofs().keep("candidate timeline", Integer.toString(seen.timeline()));
    world.proofs().keep("former slot of " + candidate.id(), seen.slot());
  }

  private void proveWayBack(World world) throws StepFailed, InterruptedException {
    Conninfo back = world.replication().upstreamOf(candidate).to(address, Proved.port(candidate));
    world.replication().tryReplication(primary, back);
    for (InstanceRef other : others) {
      world
          .proofs()
          .keep("former slot of " + other.id(), world.replication().receiving(other).slot());
    }
  }
}
