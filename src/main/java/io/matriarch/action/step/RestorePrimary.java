package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Brings the former primary back: lets a stop that is under way end, starts it, and proves a write.
 * If it does not start, and the candidate was proven to have replayed all of it, the only way is
 * forward: the former primary is made a standby again, so that nothing starts it as a primary.
 *
 * @param start the step that starts it
 * @param stage what makes it a standby of the candidate
 */
public record RestorePrimary(StartPostgres start, StageStandby stage) implements Step {

  private static final Duration WRITES = Duration.ofSeconds(60);

  /** Clients wait; what holds a stop that is given up must not hold them any longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration STOP = Duration.ofSeconds(5);

  @Override
  public String describe() {
    return "bring %s back as the primary and prove a write; if it does not start and %s was proven to have all of it, go forward"
        .formatted(start.instance(), stage.candidate().server());
  }

  @Override
  public String achieved() {
    return "%s became the primary again and took a write".formatted(start.instance());
  }

  @Override
  public String ifLost() {
    return "%1$s is not known to take writes, and nothing was promoted, so clients have no primary: they get errors. Bring %2$s back and look at it on the page of its herd. If it is stopped, start it. If it then is a standby, as it was being made one: stop it, remove standby.signal from its data directory %3$s and the lines primary_conninfo and primary_slot_name from postgresql.auto.conf there, and start it. Promote nothing by hand before you know that %2$s is down for good."
        .formatted(
            start.instance(),
            start.instance().server(),
            start.instance().cluster().dataDirectory());
  }

  @Override
  public Set<Long> servers() {
    return start.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return start.commands();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    InstanceRef primary = start.instance();
    if (!(world.postgres().look(primary) instanceof Seen.Running)) {
      world.replication().awaitDown(primary, WRITES, PATIENCE);
      try {
        start.run(world);
      } catch (StepFailed e) {
        throw world.proofs().find(Proved.REPLAYED).isPresent() ? forward(world, e) : e;
      }
    }
    world.replication().proveWritable(primary, WRITES);
  }

  /** Only if it wrote nothing since, and can be made to start as a standby only. */
  private StepFailed forward(World world, StepFailed e) throws StepFailed, InterruptedException {
    InstanceRef primary = start.instance();
    Down now;
    try {
      now = world.replication().stop(primary, STOP, STOP, stage.address());
    } catch (StepFailed unclean) {
      return e;
    }
    if (!now.equals(Proved.down(world))) {
      return e;
    }
    stage.run(world);
    world.replication().applyStandby(primary, now);
    return StepFailed.onlyForward(
        "%s does not start again (%s) %s has all that it wrote, so nothing is lost by going forward."
            .formatted(primary, e.getMessage(), stage.candidate()),
        e);
  }
}
