package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication.Receiving;
import io.matriarch.job.Replication.Slot;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Drops a replication slot that nobody receives by and no member is set to receive by.
 *
 * @param others members of the herd
 * @param logical whether it may be a logical one, whose reader must start anew
 * @param ignoreMissing whether members that do not answer may be taken for not using it
 */
public record DropUnusedSlot(
    InstanceRef instance,
    String slot,
    List<InstanceRef> others,
    boolean logical,
    boolean ignoreMissing)
    implements Step {

  public DropUnusedSlot {
    others = List.copyOf(others);
  }

  @Override
  public String describe() {
    return "see that nobody uses the slot %s on %s, and drop it".formatted(slot, instance);
  }

  @Override
  public Set<Long> servers() {
    return new TreeSet<>(Set.of(instance.serverId()));
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(Shown.sql(instance, ReplicationSql.dropSlot(slot)));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Optional<Slot> found = world.replication().slot(instance, slot);
    if (found.isEmpty()) {
      world.log().info("%s has no slot %s".formatted(instance, slot));
      return;
    }
    Slot seen = found.get();
    if (seen.active()) {
      throw new StepFailed(
          "The slot %s on %s was not dropped: somebody receives by it (pid %s). End that first."
              .formatted(slot, instance, seen.pid()));
    }
    if (seen.logical() && !logical) {
      throw new StepFailed(
          "The slot %s on %s was not dropped: it is a logical one, and its reader would lose its place. Drop it with the option that says so."
              .formatted(slot, instance));
    }
    if (!seen.logical()) {
      for (InstanceRef other : others) {
        requireUnused(world, other);
      }
    }
    world.replication().dropSlot(instance, slot);
    world
        .log()
        .info(
            "the slot %s is gone, and with it the need to keep %s of WAL"
                .formatted(slot, seen.kept()));
  }

  private void requireUnused(World world, InstanceRef other)
      throws StepFailed, InterruptedException {
    Receiving how;
    try {
      how = world.replication().receiving(other);
    } catch (StepFailed e) {
      if (ignoreMissing) {
        world.log().info(e.getMessage());
        return;
      }
      throw new StepFailed(
          "The slot %s on %s was not dropped: %s cannot be asked whether it uses it (%s)."
              .formatted(slot, instance, other, e.getMessage()));
    }
    if (how.inRecovery() && how.slot().equals(slot)) {
      throw new StepFailed(
          "The slot %s on %s was not dropped: %s is set to receive by it (primary_slot_name). Without it the WAL that it lacks may go."
              .formatted(slot, instance, other));
    }
  }
}
