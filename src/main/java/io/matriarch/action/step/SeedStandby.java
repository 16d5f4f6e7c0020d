package io.matriarch.action.step;

import io.matriarch.inventory.Expected;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Rebuild.Contents;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.postgres.Rebuild.State;
import java.util.List;
import java.util.Set;

/**
 * Copies the data of a primary to where a new standby was made, starts it and sees it stream.
 *
 * @param rebuild of a target without an id, which only the inventory gives it
 */
public record SeedStandby(Expected expected, RebuildStandby rebuild) implements Step {

  private InstanceRef target() {
    return rebuild.rewind().target();
  }

  private InstanceRef primary() {
    return rebuild.rewind().primary();
  }

  @Override
  public String describe() {
    long rate = rebuild.baseBackup().maxRate();
    return "create a slot for it on %s, copy all data by a base backup%s, start %s and see it stream"
        .formatted(primary(), rate == 0 ? "" : " of at most %d MB/s".formatted(rate), target());
  }

  @Override
  public String ifLost() {
    return "The new standby on %s does not stream yet; clients are not affected. Mend that and create it again with the same options, which goes on with it."
        .formatted(target().server());
  }

  @Override
  public String finishedBy() {
    return "herd.create-standby";
  }

  @Override
  public Set<Long> servers() {
    return rebuild.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return rebuild.commands();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    long id = MakeCluster.id(world, expected);
    String slot = "matriarch_" + id;
    boolean whole = world.rebuilds().state(target().withId(id)).contents() == Contents.CLUSTER;
    world.replication().createSlots(primary(), List.of(slot));
    // What is there already need not be copied again.
    RebuildStandby.Way way = whole ? RebuildStandby.Way.AUTO : RebuildStandby.Way.BASE_BACKUP;
    try {
      rebuild.of(id, slot, way).run(world);
    } catch (StepFailed e) {
      dropIdle(world, id, slot);
      throw e;
    }
    world.inventory().observe(List.of(id));
  }

  /** Where nothing was copied, the slot would keep WAL for nobody. */
  private void dropIdle(World world, long id, String slot) throws InterruptedException {
    try {
      State known = world.rebuilds().state(target().withId(id));
      if (known.contents() == Contents.EMPTY
          && (known.phase() == Phase.NONE || known.phase() == Phase.FAILED)) {
        world.replication().dropSlots(primary(), List.of(slot));
      }
    } catch (StepFailed e) {
      world
          .log()
          .info(
              "The slot %s on %s may be left, and keep WAL for nobody: %s"
                  .formatted(slot, primary(), e.getMessage()));
    }
  }
}
