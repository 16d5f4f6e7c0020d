package io.matriarch.action.step;

import io.matriarch.check.Ancestry;
import io.matriarch.inventory.Lsn;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Whether a member has gone past the point where the primary's timeline began. */
final class Divergence {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Divergence() {}

  /** What is not known is not seen; the log says which. */
  static boolean isSeen(World world, InstanceRef member, InstanceRef primary)
      throws InterruptedException {
    return look(world, member, primary) instanceof Ancestry.Diverged;
  }

  /** The same in full; the log says it too. */
  static Ancestry look(World world, InstanceRef member, InstanceRef primary)
      throws InterruptedException {
    Ancestry found;
    try {
      found = ancestry(world, member, primary);
    } catch (StepFailed e) {
      found = new Ancestry.Unknown(e.getMessage());
    }
    world.log().info("%s: %s".formatted(member, told(found)));
    return found;
  }

  static String told(Ancestry found) {
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

  private static Ancestry ancestry(World world, InstanceRef member, InstanceRef primary)
      throws StepFailed, InterruptedException {
    Seen seen = world.postgres().look(member);
    ReadinessFacts source = world.replication().readiness(primary, PATIENCE);
    return switch (seen) {
      case Seen.Running running when running.inRecovery() ->
          of(source, running.timeline(), received(world, member));
      case Seen.Running running -> of(source, running.timeline(), position(running.lsn(), 0));
      // The record begins there, so it lies past a fork at the same place.
      case Seen.Stopped stopped when "shut down".equals(stopped.controlState()) ->
          of(source, stopped.timeline(), position(stopped.checkpoint(), 1));
      // It may hold more than its control file tells, but all of it on that timeline.
      case Seen.Stopped stopped
          when wasStandby(stopped) && Objects.equals(stopped.timeline(), source.timeline()) ->
          of(source, stopped.timeline(), OptionalLong.empty());
      case Seen.Stopped stopped -> new Ancestry.Unknown(stopped.toString());
      case Seen.NotAnswering starting -> new Ancestry.Unknown(starting.toString());
    };
  }

  /** Whether it stopped in recovery, and so wrote nothing of its own. */
  static boolean wasStandby(Seen.Stopped stopped) {
    String state = stopped.controlState();
    return state != null && state.contains("recovery");
  }

  /** What it has received it replays, whatever its upstream is then. */
  private static OptionalLong received(World world, InstanceRef standby)
      throws StepFailed, InterruptedException {
    ReadinessFacts facts = world.replication().readiness(standby, PATIENCE);
    OptionalLong replayed = facts.replayed();
    OptionalLong received = facts.received();
    if (replayed.isEmpty() || received.isEmpty()) {
      return replayed.isEmpty() ? received : replayed;
    }
    return OptionalLong.of(Math.max(replayed.getAsLong(), received.getAsLong()));
  }

  private static Ancestry of(
      ReadinessFacts source, @Nullable Integer timeline, OptionalLong position) {
    return Ancestry.of(source.timeline(), source.history(), timeline, null, position);
  }

  private static OptionalLong position(@Nullable String lsn, long more) {
    return lsn == null ? OptionalLong.empty() : OptionalLong.of(Lsn.parse(lsn).position() + more);
  }
}
