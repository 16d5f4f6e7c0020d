package io.matriarch.action.step;

import io.matriarch.check.Ancestry;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.Rebuild.Aside;
import io.matriarch.postgres.Rebuild.Contents;
import io.matriarch.postgres.Rebuild.Method;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.postgres.Rebuild.State;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a member a standby of its primary again, in the cheapest way that works: it follows as it
 * is, else it is rewound, else a base backup takes the place of its data. Each way that fails is
 * either the reason for the next one or a stated stop.
 *
 * @param rewind that member as a rewind knows it
 * @param way the only one to try; {@link Way#AUTO} for all of them in turn
 */
public record RebuildStandby(RewindStandby rewind, Way way, BaseBackup baseBackup) implements Step {

  /** How it is to be done. */
  public enum Way {
    AUTO,
    FOLLOW,
    REWIND,
    BASE_BACKUP
  }

  /** Whoever takes the run over need not copy again. */
  private static final String COPIED = "all data copied";

  private static final int RECOVERY_SECONDS = 1800;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration FOLLOWS = Duration.ofSeconds(30);
  private static final Duration STEADY = Duration.ofMillis(500);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final Duration REWOUND_FOLLOWS = Duration.ofMinutes(5);
  private static final Duration CATCHES_UP = Duration.ofMinutes(30);

  /**
   * @param maxRate megabytes a second that a base backup may send; 0 for no limit
   */
  public static RebuildStandby of(
      Instance target,
      Instance primary,
      Fleet fleet,
      String slot,
      Way way,
      boolean discard,
      Aside aside,
      long maxRate) {
    RewindStandby rewind = RewindStandby.of(target, primary, fleet, slot, discard);
    return new RebuildStandby(
        rewind.starting(StartPostgres.within(RECOVERY_SECONDS, target, fleet)),
        way,
        new BaseBackup(aside, maxRate));
  }

  /** The same for a member whose id is known only now, and with it the name of its slot. */
  RebuildStandby of(long id, String slot, Way other) {
    return new RebuildStandby(rewind.of(id, slot), other, baseBackup);
  }

  private InstanceRef target() {
    return rewind.target();
  }

  private InstanceRef primary() {
    return rewind.primary();
  }

  @Override
  public String describe() {
    String how =
        switch (way) {
          case AUTO ->
              "let it follow as it is if it can, else rewind it, else copy all data by a base backup";
          case FOLLOW -> "let it follow as it is";
          case REWIND -> "rewind it";
          case BASE_BACKUP -> "copy all data by a base backup";
        };
    return "make %s a standby of %s: %s%s%s"
        .formatted(
            target(),
            primary(),
            how,
            way == Way.AUTO || way == Way.BASE_BACKUP ? "; " + baseBackup.describe() : "",
            rewind.discard() ? "; transactions that it alone has are thrown away" : "");
  }

  @Override
  public String ifLost() {
    return rewind.ifLost();
  }

  @Override
  public String finishedBy() {
    return "instance.rebuild";
  }

  @Override
  public Set<Long> servers() {
    return rewind.servers();
  }

  @Override
  public List<HostCommand> commands() {
    Stream<HostCommand> rewinding = rewind.commands().stream().limit(1);
    Stream<HostCommand> copying = Stream.of(baseBackup.command(rewind));
    Stream<HostCommand> changing =
        switch (way) {
          case AUTO -> Stream.concat(rewinding, copying);
          case FOLLOW -> Stream.empty();
          case REWIND -> rewinding;
          case BASE_BACKUP -> copying;
        };
    return Stream.concat(changing, rewind.start().commands().stream()).toList();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    int timeline = world.replication().proveWritable(primary(), ANSWER).timeline();
    State known = world.rebuilds().state(target());
    boolean mayBeDone = way != Way.BASE_BACKUP || world.proofs().find(COPIED).isPresent();
    if (mayBeDone && !known.forbidsStart() && rewind.follows(world, timeline)) {
      world.inventory().unfenced(target().id());
      world.log().info("%s streams on timeline %d already".formatted(target(), timeline));
      dropSlot(world);
      return;
    }
    if (known.contents() == Contents.CLUSTER) {
      requireNoPrimary(world);
    }
    keepSlot(world, known);
    if (!finished(world, timeline, baseBackup.awaited(world, rewind, known))) {
      rebuild(world, timeline);
    }
    dropSlot(world);
  }

  /** The slot that it had before would keep WAL for nobody. */
  private void keepSlot(World world, State known) throws StepFailed, InterruptedException {
    if (known.phase() != Phase.NONE && known.phase() != Phase.FAILED
        || world.proofs().find(Proved.formerSlot(target())).isPresent()) {
      return;
    }
    boolean runs =
        known.contents() == Contents.CLUSTER
            && world.postgres().look(target()) instanceof Seen.Running;
    String slot =
        runs
            ? world.replication().receiving(target()).slot()
            : world.rebuilds().configured(target(), rewind.configFile()).slot();
    if (!slot.isEmpty() && !slot.equals(rewind.slot())) {
      world.proofs().keep(Proved.formerSlot(target()), slot);
    }
  }

  private void dropSlot(World world) throws InterruptedException {
    Optional<String> former = world.proofs().find(Proved.formerSlot(target()));
    if (former.isEmpty()) {
      return;
    }
    try {
      world.replication().dropSlots(primary(), List.of(former.get()));
    } catch (StepFailed e) {
      world
          .log()
          .info(
              "The slot %s on %s may be left, and keep WAL for nobody: %s"
                  .formatted(former.get(), primary(), e.getMessage()));
    }
  }

  private void rebuild(World world, int timeline) throws StepFailed, InterruptedException {
    if (tries(Way.FOLLOW) && followed(world, timeline)) {
      return;
    }
    if (tries(Way.REWIND) && rewound(world, timeline)) {
      return;
    }
    if (!tries(Way.BASE_BACKUP)) {
      throw new StepFailed(
          "%s does not follow %s: the one way that was to be tried does not work for it, and the log says why. Its data was not changed; rebuild it in another way."
              .formatted(target(), primary()));
    }
    copy(world, timeline);
  }

  private boolean tries(Way one) {
    return way == Way.AUTO || way == one;
  }

  private void requireNoPrimary(World world) throws StepFailed, InterruptedException {
    if (world.postgres().look(target()) instanceof Seen.Running running && !running.inRecovery()) {
      throw new StepFailed(
          "%s accepts writes while %s is the primary. Nothing was touched; stop it first, and look at what was written to it."
              .formatted(target(), primary()));
    }
  }

  /** What an earlier run has brought so far that only a start is left. */
  private boolean finished(World world, int timeline, State known)
      throws StepFailed, InterruptedException {
    if (known.phase() != Phase.READY
        || way == Way.BASE_BACKUP && known.method() != Method.BASEBACKUP) {
      return false;
    }
    Duration streams = known.method() == Method.REWIND ? REWOUND_FOLLOWS : CATCHES_UP;
    return works(
        world,
        "It was ready to be started, and does not follow",
        () -> rewind.bringUp(world, timeline, streams));
  }

  private boolean followed(World world, int timeline) throws StepFailed, InterruptedException {
    State known = world.rebuilds().state(target());
    if (known.forbidsStart() || known.contents() != Contents.CLUSTER) {
      return false;
    }
    Seen seen = world.postgres().look(target());
    Ancestry ancestry = Divergence.look(world, target(), primary());
    // A standby that stopped starts as one again, and says then where it is.
    boolean standby = seen instanceof Seen.Stopped stopped && Divergence.wasStandby(stopped);
    if (!isOnTheWay(ancestry) && !(ancestry instanceof Ancestry.Unknown && standby)) {
      world.log().info("so %s cannot follow as it is".formatted(target()));
      return false;
    }
    return works(world, "It does not follow as it is", () -> follow(world, timeline, seen));
  }

  private static boolean isOnTheWay(Ancestry ancestry) {
    return switch (ancestry) {
      case Ancestry.Same same -> true;
      case Ancestry.Ancestor before -> true;
      case Ancestry.Diverged past -> false;
      case Ancestry.Unknown unknown -> false;
    };
  }

  private void follow(World world, int timeline, Seen seen)
      throws StepFailed, InterruptedException {
    Conninfo upstream = rewind.upstream(world);
    world.replication().tryReplication(target(), upstream);
    if (seen instanceof Seen.Stopped) {
      rewind.becomeStandby(world, upstream);
      rewind.start().run(world);
    } else {
      world.replication().follow(target(), upstream, rewind.slot());
    }
    world.replication().waitStreaming(target(), timeline, FOLLOWS);
    // Where its upstream has no WAL for it any more, it streams for an instant at each try.
    world.pause().of(STEADY);
    world.replication().waitStreaming(target(), timeline, AT_ONCE);
    world.replication().settleStandby(target());
    world.rebuilds().settle(target(), rewind.systemd());
    world.inventory().unfenced(target().id());
  }

  private boolean rewound(World world, int timeline) throws StepFailed, InterruptedException {
    State known = world.rebuilds().state(target());
    if (known.isUnusable()
        || known.phase() == Phase.READY
        || known.method() == Method.BASEBACKUP && known.forbidsStart()
        || known.contents() != Contents.CLUSTER) {
      return false;
    }
    if (isOnTheWay(Divergence.look(world, target(), primary()))) {
      world.log().info("%s has nothing that a rewind would take back".formatted(target()));
      return false;
    }
    boolean works =
        works(
            world,
            "It was not rewound",
            () -> {
              rewind.rewind(world, timeline, known);
              rewind.bringUp(world, timeline, REWOUND_FOLLOWS);
            });
    String lost = works ? "" : world.rebuilds().state(target()).lost();
    if (!lost.isEmpty() && !lost.equals("0") && !mayReplace()) {
      throw holdsItsOwn(lost);
    }
    return works;
  }

  private void copy(World world, int timeline) throws StepFailed, InterruptedException {
    State known = world.rebuilds().state(target());
    boolean cluster = known.contents() == Contents.CLUSTER && !isHalfChanged(known);
    if (cluster && !mayReplace()) {
      Ancestry ancestry = Divergence.look(world, target(), primary());
      if (!isOnTheWay(ancestry)) {
        throw holdsItsOwn(Divergence.told(ancestry));
      }
    }
    String identifier =
        world.replication().proveControl(primary(), timeline, RewindStandby.CHECKPOINT);
    Conninfo upstream = rewind.upstream(world);
    world.replication().tryReplication(target(), upstream);
    if (cluster) {
      rewind.stop(world, identifier);
      rewind.becomeStandby(world, upstream);
    }
    baseBackup.take(world, rewind, upstream, identifier);
    world.proofs().keep(COPIED, target().toString());
    rewind.bringUp(world, timeline, CATCHES_UP);
  }

  private static boolean isHalfChanged(State known) {
    return known.phase() == Phase.CHANGING || known.phase() == Phase.CHANGED;
  }

  private boolean mayReplace() {
    return rewind.discard() || baseBackup.aside() == Aside.KEEP;
  }

  private StepFailed holdsItsOwn(String what) {
    return new StepFailed(
        "%s was not rebuilt: it may have transactions that %s does not have (%s). Its data was not touched; it starts as a standby only. Save what they wrote and say that they may be thrown away, or have its old data kept."
            .formatted(target(), primary(), what));
  }

  /** One way, tried. */
  private interface Trial {
    void run() throws StepFailed, InterruptedException;
  }

  /** Whether it works; what did not get through to a host is no reason to try a costlier way. */
  private boolean works(World world, String ifNot, Trial trial)
      throws StepFailed, InterruptedException {
    try {
      trial.run();
      return true;
    } catch (StepFailed e) {
      if (e.getCause() instanceof ShellUnavailable || way == Way.REWIND) {
        throw e;
      }
      world.log().info("%s: %s".formatted(ifNot, e.getMessage()));
      return false;
    }
  }
}
