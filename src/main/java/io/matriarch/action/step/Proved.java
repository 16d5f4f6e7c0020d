package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.Promoted;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms.Known;
import io.matriarch.job.World;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What the steps of a switch prove to each other, by the names under which the run keeps it. */
final class Proved {

  static final String TIMELINE = "new timeline";

  /** What the candidate's own synchronous_standby_names say. */
  static final String SYNCHRONOUS = "synchronous standbys of the candidate";

  /** The same, while no commit waits for a standby. */
  static final String PUT_ASIDE = "synchronous standbys put aside";

  static final String REPLAYED = "replayed";

  /** How a primary that was stopped ended. */
  static final String SHUTDOWN = "shutdown";

  /** Where the WAL of a primary ended that nobody could write to any more. */
  static final String STILL = "still";

  /** Why a primary acknowledges nothing any more, in a sentence. */
  static final String UNACKNOWLEDGED = "unacknowledged";

  /** Which timeline a lost primary wrote. */
  static final String FORMER_TIMELINE = "former timeline";

  /** How far the survivor had come that took over. */
  static final String ELECTED = "elected at";

  /** What a failover loses, in a sentence. */
  static final String LOSS = "loss";

  /** How a lost primary is kept from writing, in a sentence. */
  static final String FENCED = "fence";

  /** Which slot a standby had at the upstream that it followed; empty if none. */
  static String formerSlot(InstanceRef standby) {
    return "former slot of " + standby.id();
  }

  private static final String KNOWN = "last known of the primary";
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private Proved() {}

  static String require(World world, String name) throws StepFailed {
    return world
        .proofs()
        .find(name)
        .orElseThrow(
            () ->
                new StepFailed(
                    "The run has no proof of \"%s\". The step that gives it did not succeed."
                        .formatted(name)));
  }

  static void keepDown(World world, Down down) {
    world
        .proofs()
        .keep(
            SHUTDOWN,
            String.join(
                ";",
                down.state(),
                down.systemIdentifier(),
                Integer.toString(down.timeline()),
                down.checkpoint()));
  }

  static Down down(World world) throws StepFailed {
    String[] parts = require(world, SHUTDOWN).split(";", -1);
    return new Down(parts[0], parts[1], Integer.parseInt(parts[2]), parts[3]);
  }

  static void keepKnown(World world, Known known) {
    world
        .proofs()
        .keep(
            KNOWN,
            "%d;%s;%s"
                .formatted(
                    known.timeline(),
                    Objects.requireNonNullElse(known.lsn(), ""),
                    Objects.requireNonNullElse(known.observedAt(), "")));
  }

  static Known known(World world) throws StepFailed {
    String[] parts = require(world, KNOWN).split(";", -1);
    return new Known(
        Integer.parseInt(parts[0]),
        parts[1].isEmpty() ? null : parts[1],
        parts[2].isEmpty() ? null : Instant.parse(parts[2]));
  }

  /**
   * Proves again that the promoted server is a writable primary on its timeline, unless this very
   * attempt has just seen it become one.
   */
  static void requireReign(World world, InstanceRef primary)
      throws StepFailed, InterruptedException {
    if (world.proofs().isFresh(TIMELINE)) {
      return;
    }
    int expected = Integer.parseInt(require(world, TIMELINE));
    Promoted now = world.replication().proveWritable(primary, ANSWER);
    if (now.timeline() != expected) {
      throw new StepFailed(
          "%s writes timeline %d, not %d as after its promotion. Nothing more was published; find out who is primary."
              .formatted(primary, now.timeline(), expected));
    }
  }

  /** As {@link #requireReign} in a run that promoted; in another run it must take a write now. */
  static void requirePrimary(World world, InstanceRef primary, Duration limit)
      throws StepFailed, InterruptedException {
    if (world.proofs().find(TIMELINE).isPresent()) {
      requireReign(world, primary);
    } else {
      world.replication().proveWritable(primary, limit);
    }
  }

  static int port(InstanceRef instance) {
    return Objects.requireNonNullElse(instance.port(), 5432);
  }
}
