package io.matriarch.action.step;

import io.matriarch.check.Ancestry;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.Receiving;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Points a running standby at another member, after proving that it has not gone another way and
 * may connect there, and sees it stream from it.
 *
 * @param address of the upstream, for standbys
 */
public record FollowUpstream(InstanceRef standby, InstanceRef upstream, String address, String slot)
    implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  @Override
  public String describe() {
    return "see that %s can follow %s, point it there, and see it stream"
        .formatted(standby, upstream);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(standby.serverId(), upstream.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.sql(
            standby,
            ReplicationSql.follow(
                "host=%s port=%d ***".formatted(address, Proved.port(upstream)), slot)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Receiving now = world.replication().receiving(standby);
    if (follows(now)) {
      world.log().info("%s streams from %s already".formatted(standby, address));
      return;
    }
    if (!now.inRecovery()) {
      throw new StepFailed(
          "%s accepts writes, so it follows nobody. Nothing was changed; look at who is the primary of this herd."
              .formatted(standby));
    }
    requireOnTheWay(Divergence.look(world, standby, upstream));
    Conninfo conninfo = world.replication().upstreamOf(standby).to(address, Proved.port(upstream));
    world.replication().tryReplication(standby, conninfo);
    world.proofs().keep(Proved.formerSlot(standby), now.slot());
    world.replication().follow(standby, conninfo, slot);
    await(world);
  }

  private boolean follows(Receiving now) {
    return now.isStreaming() && now.senderHost().equals(address) && now.slot().equals(slot);
  }

  private void requireOnTheWay(Ancestry ancestry) throws StepFailed {
    switch (ancestry) {
      case Ancestry.Same same -> {}
      case Ancestry.Ancestor before -> {}
      case Ancestry.Diverged past -> throw cannot(ancestry, "Rebuild it, which rewinds it.");
      case Ancestry.Unknown unknown -> throw cannot(ancestry, "See that both can be asked.");
    }
  }

  private StepFailed cannot(Ancestry ancestry, String remedy) {
    return new StepFailed(
        "%s cannot follow %s: it is %s. Nothing was changed. %s"
            .formatted(standby, upstream, Divergence.told(ancestry), remedy));
  }

  private void await(World world) throws StepFailed, InterruptedException {
    Instant end = world.clock().instant().plus(LIMIT);
    Receiving now = world.replication().receiving(standby);
    while (!follows(now)) {
      if (world.clock().instant().isAfter(end)) {
        throw new StepFailed(
            "%s was pointed at %s and does not stream from it after %d s (it is %s). Its log and that of %s say why."
                .formatted(
                    standby,
                    upstream,
                    LIMIT.toSeconds(),
                    now.status().isEmpty() ? "not receiving" : now.status(),
                    upstream));
      }
      world.pause().of(BETWEEN_LOOKS);
      now = world.replication().receiving(standby);
    }
    world.log().info("%s streams from %s".formatted(standby, upstream));
  }
}
