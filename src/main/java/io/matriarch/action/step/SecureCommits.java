package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import io.matriarch.postgres.SynchronousNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * If commits on the new primary wait for standbys, makes the others follow it before clients go on,
 * and sees that enough of them have its first commit. If not enough do in time, the policy that was
 * confirmed decides.
 *
 * @param others what makes the other standbys follow
 * @param seconds how long clients are kept waiting for it
 * @param asynchronous if not enough follow in time: no commit waits, until {@link
 *     RestoreSynchronous}; otherwise clients go on, and their commits wait
 */
public record SecureCommits(
    InstanceRef primary, List<FollowPrimary> others, int seconds, boolean asynchronous)
    implements Step {

  public SecureCommits {
    others = List.copyOf(others);
  }

  @Override
  public String describe() {
    return "if commits on %s wait for standbys, see these follow first (%d s; else %s)"
        .formatted(
            primary.server(),
            seconds,
            asynchronous
                ? "no commit waits until they do"
                : "clients go on and their commits wait until they do");
  }

  @Override
  public boolean clientsWait() {
    return true;
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(Set.of(primary.serverId()));
    others.forEach(other -> servers.addAll(other.servers()));
    return servers;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    String names = world.proofs().find(Proved.SYNCHRONOUS).orElse("");
    SynchronousNames wanted = SynchronousNames.parse(names);
    if (wanted.needed() == 0) {
      return;
    }
    Proved.requireReign(world, primary);
    List<Together.Call> calls = new ArrayList<>();
    others.forEach(other -> calls.add(() -> follow(world, other)));
    calls.add(() -> decide(world, names, wanted.needed()));
    world.together().all(calls, calls.size());
  }

  /** One that does not follow is tried again by its own step. */
  private static void follow(World world, FollowPrimary other) throws InterruptedException {
    try {
      other.point(world);
    } catch (StepFailed e) {
      world.log().info(String.valueOf(e.getMessage()));
    }
  }

  private void decide(World world, String names, int needed)
      throws StepFailed, InterruptedException {
    if (world.replication().isSynchronous(primary, needed, Duration.ofSeconds(seconds))) {
      world.log().info("%d synchronous standbys have the first commit".formatted(needed));
    } else if (asynchronous) {
      world.proofs().keep(Proved.PUT_ASIDE, names);
      world.replication().setSynchronousNames(primary, "");
      world
          .log()
          .info(
              "ALARM: after %d s fewer than %d of %s follow; no commit on %s waits for a standby until they do"
                  .formatted(seconds, needed, names, primary));
    } else {
      world
          .log()
          .info(
              "ALARM: after %d s fewer than %d of %s follow; commits on %s wait until they do"
                  .formatted(seconds, needed, names, primary));
    }
  }
}
