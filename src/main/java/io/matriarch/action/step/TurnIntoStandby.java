package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import java.util.List;
import java.util.Set;

/**
 * Makes the stopped primary one that can start only as a standby, whoever starts it, and sees that
 * nobody has run it since it was proven down.
 */
record TurnIntoStandby(InstanceRef primary) implements Step {

  @Override
  public String describe() {
    return "make %s start as a standby only, whoever starts it, and see that nobody has run it since"
        .formatted(primary);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(primary, StandbyFiles.command(primary.cluster(), Verb.APPLY, "run", "")));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.replication().applyStandby(primary, Proved.down(world));
  }
}
