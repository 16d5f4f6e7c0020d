package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a fenced member what it was, unless another one accepts writes: then it would be a second
 * primary. It stays stopped, or goes on and lets in whoever could connect before.
 *
 * @param others of its herd
 */
public record LiftFence(InstanceRef member, List<InstanceRef> others) implements Step {

  private static final Duration STOP = Duration.ofSeconds(60);

  public LiftFence {
    others = List.copyOf(others);
  }

  @Override
  public String describe() {
    return "see that no other member accepts writes, and take back what makes %s start read-only or refuse whoever connects"
        .formatted(member);
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(Set.of(member.serverId()));
    others.forEach(o -> servers.add(o.serverId()));
    return servers;
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(member, StandbyFiles.command(member.cluster(), Verb.LIFT, "run", "")));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    for (InstanceRef other : others) {
      Seen seen = world.postgres().look(other);
      if (seen instanceof Seen.Running running && !running.inRecovery()) {
        throw new StepFailed(
            "%s accepts writes, so the fence of %s stays: without it, it would start as a second primary. Rewind it, and it follows."
                .formatted(other, member));
      }
    }
    if (world.postgres().look(member) instanceof Seen.Running running) {
      if (!running.inRecovery()) {
        world.admission().admit(member);
        world.log().info("%s accepts writes".formatted(member));
        world.inventory().unfenced(member.id());
        return;
      }
      world.replication().stopStandby(member, STOP);
    }
    world.replication().liftFence(member);
    world.inventory().unfenced(member.id());
  }
}
