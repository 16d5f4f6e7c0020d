package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import io.matriarch.postgres.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Stops a former primary that lets nobody in while another one already serves, sees that no process
 * of it is left, and makes it start as a standby only, whoever starts it.
 */
public record RetirePrimary(InstanceRef former) implements Step {

  private static final Duration STOP = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE = Duration.ofSeconds(30);

  @Override
  public String describe() {
    return "stop %s, see that no process is left, and make it start as a standby only, whoever starts it"
        .formatted(former);
  }

  @Override
  public String ifLost() {
    return "%s runs on and lets nobody in (pg_hba.conf). Fence it, then rewind it."
        .formatted(former);
  }

  @Override
  public String finishedBy() {
    return "instance.fence";
  }

  @Override
  public Set<Long> servers() {
    return Set.of(former.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(former, Stop.command(former.cluster(), STOP, STOP, "", IMMEDIATE)),
        Shown.script(former, StandbyFiles.command(former.cluster(), Verb.APPLY, "run", "")));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.replication().awaitDown(former, STOP, IMMEDIATE);
    world.replication().applyStandby(former);
  }
}
