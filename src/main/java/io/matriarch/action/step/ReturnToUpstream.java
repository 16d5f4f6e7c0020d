package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import java.util.Optional;
import java.util.Set;

/**
 * Points a standby back at the member that it followed, with the slot it had there.
 *
 * @param address of that member, for standbys
 */
public record ReturnToUpstream(InstanceRef standby, InstanceRef former, String address)
    implements Step {

  @Override
  public String describe() {
    return "let %s follow %s again".formatted(standby, former);
  }

  @Override
  public String ifLost() {
    return "%s may follow nobody. Let it follow %s once it can be reached."
        .formatted(standby, former);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(standby.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Optional<String> slot = world.proofs().find(Proved.formerSlot(standby));
    if (slot.isEmpty()) {
      world.log().info("%s was not pointed elsewhere".formatted(standby));
      return;
    }
    Conninfo conninfo = world.replication().upstreamOf(standby).to(address, Proved.port(former));
    world.replication().follow(standby, conninfo, slot.get());
  }
}
