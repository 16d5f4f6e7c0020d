package io.matriarch.action.step;

import io.matriarch.check.Ancestry;
import io.matriarch.inventory.Lsn;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Starts the former primary as a standby and sees it stream on the new timeline; if it has gone
 * past the point where that began, it is rewound first.
 */
public record RejoinOrRewind(RewindStandby rewind) implements Step {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private RejoinAsStandby rejoin() {
    return new RejoinAsStandby(rewind.start(), rewind.primary());
  }

  @Override
  public String describe() {
    return rejoin().describe() + "; if it has gone past the fork, rewind it first";
  }

  @Override
  public String ifLost() {
    return rejoin().ifLost();
  }

  /** One that has gone past the fork starts as a standby only, and its message names the rewind. */
  @Override
  public String finishedBy() {
    return rejoin().finishedBy();
  }

  @Override
  public Set<Long> servers() {
    return rewind.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return rejoin().commands();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    InstanceRef primary = rewind.primary();
    Proved.requireReign(world, primary);
    if (world.rewinds().state(rewind.start().instance()).forbidsStart() || isDiverged(world)) {
      rewind.run(world);
      return;
    }
    try {
      rejoin().run(world);
    } catch (StepFailed e) {
      // Only once it has replayed what it had does a crashed one show how far it went.
      if (!isDiverged(world)) {
        throw e;
      }
      world.log().info(e.getMessage());
      rewind.run(world);
    }
  }

  private boolean isDiverged(World world) throws InterruptedException {
    Ancestry found;
    try {
      found = ancestry(world);
    } catch (StepFailed e) {
      found = new Ancestry.Unknown(e.getMessage());
    }
    world.log().info("%s: %s".formatted(rewind.start().instance(), told(found)));
    return found instanceof Ancestry.Diverged;
  }

  private static String told(Ancestry found) {
    return switch (found) {
      case Ancestry.Same same -> "on timeline %d".formatted(same.timeline());
      case Ancestry.Ancestor before ->
          "on timeline %d, not past %s, where %d begins"
              .formatted(before.timeline(), before.fork(), before.primary());
      case Ancestry.Diverged past ->
          "on timeline %d at %s, past %s, where it parted from %d"
              .formatted(past.timeline(), past.position(), past.fork(), past.primary());
      case Ancestry.Unknown unknown ->
          "whether it has gone past the fork is not known: " + unknown.why();
    };
  }

  private Ancestry ancestry(World world) throws StepFailed, InterruptedException {
    Seen seen = world.postgres().look(rewind.start().instance());
    ReadinessFacts source = world.replication().readiness(rewind.primary(), PATIENCE);
    return switch (seen) {
      case Seen.Running running -> of(source, running.timeline(), position(running.lsn(), 0));
      // The record begins there, so it lies past a fork at the same place.
      case Seen.Stopped stopped when "shut down".equals(stopped.controlState()) ->
          of(source, stopped.timeline(), position(stopped.checkpoint(), 1));
      case Seen.Stopped stopped -> new Ancestry.Unknown(stopped.toString());
      case Seen.NotAnswering starting -> new Ancestry.Unknown(starting.toString());
    };
  }

  private static Ancestry of(
      ReadinessFacts source, @Nullable Integer timeline, OptionalLong position) {
    return Ancestry.of(source.timeline(), source.history(), timeline, null, position);
  }

  private static OptionalLong position(@Nullable String lsn, long more) {
    return lsn == null ? OptionalLong.empty() : OptionalLong.of(Lsn.parse(lsn).position() + more);
  }
}
