package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Proofs;
import io.matriarch.job.Replication.Promoted;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Promotes whoever takes over from a lost primary, and proves a write. */
public record PromoteElected(InstanceRef candidate, InstanceRef lost, int limitSeconds)
    implements Step {

  @Override
  public String describe() {
    return "promote %s and prove a write".formatted(candidate);
  }

  @Override
  public String achieved() {
    return "%s became the primary and took a write".formatted(candidate);
  }

  @Override
  public String achieved(Proofs proofs) {
    return proofs.find(Proved.LOSS).map(loss -> achieved() + ". " + loss).orElse(achieved());
  }

  @Override
  public String ifLost() {
    return "Whether %1$s was promoted is not known, so no primary is known, and clients get errors. Look at it on the page of its herd. If it is the primary, point poolers and records of DNS at it and make the others follow. If it is still a standby, fail over again. Do not start %2$s as a primary meanwhile."
        .formatted(candidate, lost);
  }

  @Override
  public boolean clientsWait() {
    return true;
  }

  @Override
  public Set<Long> servers() {
    return Set.of(candidate.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(Shown.sql(candidate, ReplicationSql.promote(limitSeconds)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    int former = Integer.parseInt(Proved.require(world, Proved.FORMER_TIMELINE));
    Promoted promoted = world.replication().promote(candidate, Duration.ofSeconds(limitSeconds));
    world.proofs().keep(Proved.TIMELINE, Integer.toString(promoted.timeline()));
    if (promoted.timeline() <= former) {
      throw new StepFailed(
          "%s writes timeline %d, not a newer one than %d of %s. Something else happened to it; look at both before anything else."
              .formatted(candidate, promoted.timeline(), former, lost));
    }
  }
}
