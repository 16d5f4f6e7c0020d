package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import java.util.List;
import java.util.Set;

/** Keeps beside the running primary what will make it a standby of the candidate. */
public record StageStandby(InstanceRef primary, InstanceRef candidate, String address, String slot)
    implements Step {

  @Override
  public String describe() {
    return "keep ready on %s what makes it follow %s".formatted(primary.server(), candidate);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(primary, StandbyFiles.command(primary.cluster(), Verb.STAGE, "run", "")));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Conninfo upstream =
        world
            .replication()
            .upstreamOf(candidate)
            .to(address, Proved.port(candidate))
            .with("application_name", primary.server());
    world.replication().stageStandby(primary, upstream, slot);
  }
}
