package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Takes back what would make the primary a standby. If something has started it as one meanwhile,
 * it is stopped first.
 */
public record WithdrawStandby(InstanceRef primary, String candidate, int limitSeconds)
    implements Step {

  @Override
  public String describe() {
    return "make %s a primary again, should it have become a standby".formatted(primary);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(primary, StandbyFiles.command(primary.cluster(), Verb.WITHDRAW, "run", "")));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    if (world.postgres().look(primary) instanceof Seen.Running seen && seen.inRecovery()) {
      Duration limit = Duration.ofSeconds(limitSeconds);
      world.replication().stopStandby(primary, limit);
    }
    world.replication().withdrawStandby(primary);
  }
}
