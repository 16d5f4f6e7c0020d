package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.BackupProgress;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.Rebuild;
import io.matriarch.postgres.Rebuild.Aside;
import io.matriarch.postgres.Rebuild.Method;
import io.matriarch.postgres.Rebuild.Order;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.postgres.Rebuild.State;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.time.Instant;

/**
 * How a base backup takes the place of a member's data.
 *
 * @param aside what becomes of the data that lies there
 * @param maxRate megabytes a second that may go over the network; 0 for no limit
 */
public record BaseBackup(Aside aside, long maxRate) {

  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration TELL = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);
  private static final int TRIES = 24;

  String describe() {
    String old =
        switch (aside) {
          case REMOVE -> "the old data is removed once it streams";
          case KEEP -> "the old data is kept beside it";
          case FIRST -> "the old data is removed before the copy begins";
        };
    return maxRate == 0 ? old : old + ", at most %d MB/s".formatted(maxRate);
  }

  HostCommand command(RewindStandby member) {
    return new HostCommand(
        member.target().server(),
        "pg_basebackup -d \"host=%s port=%d ***\" -D %s/matriarch.new -X stream -c fast -S %s%s"
            .formatted(
                member.address(),
                Proved.port(member.primary()),
                member.target().dataDirectory(),
                member.slot(),
                maxRate == 0 ? "" : " --max-rate=" + rate()));
  }

  private String rate() {
    return maxRate == 0 ? "" : maxRate + "M";
  }

  /** Takes it, and puts it in place; the server is ready to be started then. */
  void take(World world, RewindStandby member, Conninfo upstream, String identifier)
      throws StepFailed, InterruptedException {
    Order order =
        new Order(
            upstream.with("application_name", application(member)),
            member.configFile(),
            member.major(),
            identifier,
            member.startConf(),
            member.unit(),
            member.discard(),
            new Rebuild.BaseBackup(
                member.slot(), rate(), aside, world.replication().spaces(member.primary())));
    world.rebuilds().begin(member.target(), order, member.systemd());
    State begun = world.rebuilds().await(member.target(), member.systemd(), LOOK);
    conclude(member, awaited(world, member, begun));
  }

  private static String application(RewindStandby member) {
    return "matriarch-rebuild-" + member.target().id();
  }

  /** Waits for work that is under way, whatever it is, and shows how far it has come. */
  State awaited(World world, RewindStandby member, State known)
      throws StepFailed, InterruptedException {
    State state = known;
    Instant told = Instant.MIN;
    boolean asked = false;
    while (state.held()) {
      BackupProgress progress = progress(world, member, state);
      boolean cancelled =
          world.progress().tell(progress.phase(), progress.streamed(), progress.total());
      if (cancelled && !asked) {
        asked = true;
        stop(world, member);
      }
      if (world.clock().instant().isAfter(told.plus(TELL))) {
        told = world.clock().instant();
        world.log().info(line(member, state, progress));
      }
      state = look(world, member);
    }
    return state;
  }

  private static String line(RewindStandby member, State state, BackupProgress progress) {
    return "%s works on %s: %s%s"
        .formatted(
            state.run(),
            member.target(),
            progress.phase(),
            progress.total() == 0
                ? ""
                : ", %d of %d MB".formatted(progress.streamed() >> 20, progress.total() >> 20));
  }

  /** Only shown, so it never fails the run. */
  private static BackupProgress progress(World world, RewindStandby member, State state)
      throws InterruptedException {
    BackupProgress unknown =
        new BackupProgress(
            state.method() == Method.REWIND ? "rewinding" : "putting it in place", 0, 0);
    if (state.method() == Method.REWIND) {
      return unknown;
    }
    try {
      return world
          .replication()
          .backupProgress(member.primary(), application(member))
          .orElse(unknown);
    } catch (StepFailed e) {
      return new BackupProgress("its source does not answer", 0, 0);
    }
  }

  /** The work goes on while its host cannot be reached for a while. */
  private static State look(World world, RewindStandby member)
      throws StepFailed, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return world.rebuilds().await(member.target(), member.systemd(), LOOK);
      } catch (StepFailed e) {
        if (!(e.getCause() instanceof ShellUnavailable) || tries == TRIES) {
          throw e;
        }
        world
            .log()
            .info("%s cannot be asked for now: %s".formatted(member.target(), e.getMessage()));
        world.pause().of(BETWEEN_TRIES);
      }
    }
  }

  private static void stop(World world, RewindStandby member)
      throws StepFailed, InterruptedException {
    State state = world.rebuilds().stop(member.target(), member.systemd());
    if (state.phase() == Phase.FAILED) {
      throw StepFailed.cancelled(
          "Cancelled: what was copied so far is removed, the old data of %s was not touched, and %s is in no backup any more. It is stopped, and starts as a standby only."
              .formatted(member.target(), member.primary()));
    }
    world
        .log()
        .info(
            "%s: too late to cancel: its data is being replaced, and half of it is worse than either end"
                .formatted(member.target()));
  }

  private static void conclude(RewindStandby member, State state) throws StepFailed {
    InstanceRef target = member.target();
    switch (state.phase()) {
      case READY -> {}
      case FAILED ->
          throw new StepFailed(
              "%s was not rebuilt: %s. Its data was not touched; it is stopped, and starts as a standby only. Mend that and rebuild it again."
                  .formatted(target, state.said()));
      case CHANGING ->
          throw new StepFailed(
              "The base backup for %s ended in the middle: %s. Its data directory is no cluster now, and nothing of ours starts it. Mend that and rebuild it again; what is known of it lies in %s on %s."
                  .formatted(target, reason(state), state.directory(), target.server()));
      case CHANGED ->
          throw new StepFailed(
              "The data of %s is in place, but its own configuration is not back: %s. Nothing of ours starts it until it is; mend that, and rebuild it again, which goes on there."
                  .formatted(target, reason(state)));
      case NONE, PREPARING ->
          throw new StepFailed(
              "The base backup for %s ended before it touched the data: %s. Rebuild it again."
                  .formatted(target, reason(state)));
    }
  }

  private static String reason(State state) {
    return state.said().isEmpty() ? "no reason given" : state.said();
  }
}
