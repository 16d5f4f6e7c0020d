package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.SynchronousNames;
import java.time.Duration;
import java.util.Set;

/**
 * Sees that enough synchronous standbys follow the new primary, and lets commits wait for them
 * again if {@link SecureCommits} had put that aside.
 */
public record RestoreSynchronous(InstanceRef primary) implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String describe() {
    return "if commits on %s are to wait for standbys, see that they do".formatted(primary);
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    String names = world.proofs().find(Proved.SYNCHRONOUS).orElse("");
    int needed = SynchronousNames.parse(names).needed();
    if (needed == 0) {
      return;
    }
    Proved.requireReign(world, primary);
    String aside = world.proofs().find(Proved.PUT_ASIDE).orElse("");
    if (!aside.isEmpty()) {
      world.replication().setSynchronousNames(primary, aside);
    }
    if (!world.replication().isSynchronous(primary, needed, LIMIT)) {
      if (!aside.isEmpty()) {
        world.replication().setSynchronousNames(primary, "");
      }
      throw new StepFailed(
          "%s asks for %d synchronous standbys of %s, and after %d s fewer stream from it. %s; make them follow, or name others."
              .formatted(
                  primary,
                  needed,
                  names,
                  LIMIT.toSeconds(),
                  aside.isEmpty()
                      ? "Its commits wait"
                      : "No commit waits for a standby: a loss of this server now would lose rows"));
    }
  }
}
