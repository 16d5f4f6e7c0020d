package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Points another standby at the new primary and sees it stream on the new timeline. */
public record FollowPrimary(InstanceRef standby, InstanceRef primary, String address, String slot)
    implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String describe() {
    return "make %s follow %s".formatted(standby, primary);
  }

  @Override
  public String ifLost() {
    return "%s does not follow %s yet, and counts for nothing until it does."
        .formatted(standby, primary.server());
  }

  @Override
  public String finishedBy() {
    return "herd.follow-primary";
  }

  @Override
  public Set<Long> servers() {
    return Set.of(standby.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.sql(
            standby,
            ReplicationSql.follow(
                "host=%s port=%d ***".formatted(address, Proved.port(primary)), slot)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Proved.requireReign(world, primary);
    point(world);
    world
        .replication()
        .waitStreaming(standby, Integer.parseInt(Proved.require(world, Proved.TIMELINE)), LIMIT);
  }

  /** Only points it there. */
  void point(World world) throws StepFailed, InterruptedException {
    Conninfo upstream = world.replication().upstreamOf(standby).to(address, Proved.port(primary));
    world.replication().follow(standby, upstream, slot);
  }
}
