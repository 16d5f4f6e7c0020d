package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import java.util.Optional;
import java.util.Set;

/** Leads standbys back to where they received WAL from before {@link StopReceiving}. */
public record ReceiveAgain(Survivors survivors) implements Step {

  @Override
  public String describe() {
    return "make %s receive WAL again from where they did".formatted(survivors);
  }

  @Override
  public String ifLost() {
    return "A standby of these may receive no WAL: its primary_conninfo leads to %s. Make it follow the primary, once there is one."
        .formatted(Replication.NOWHERE);
  }

  @Override
  public String finishedBy() {
    return "herd.follow-primary";
  }

  @Override
  public Set<Long> servers() {
    return survivors.servers();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    survivors.each(world, s -> again(world, s.instance()));
  }

  private static void again(World world, InstanceRef standby)
      throws StepFailed, InterruptedException {
    Optional<String> kept = world.proofs().find(StopReceiving.former(standby));
    if (kept.isEmpty()) {
      return;
    }
    String former = kept.get();
    int space = former.lastIndexOf(' ');
    Conninfo now = world.replication().upstreamOf(standby);
    world
        .replication()
        .follow(
            standby,
            now.to(former.substring(0, space), Integer.parseInt(former.substring(space + 1))),
            world.replication().receiving(standby).slot());
  }
}
