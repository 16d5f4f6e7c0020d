package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import io.matriarch.postgres.Stop;
import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Stops a member whatever holds it, sees that no process of it is left, and makes it start as a
 * standby of nobody, whoever starts it: its host at boot, configuration management, a colleague.
 */
public record FenceMember(InstanceRef member) implements Step {

  private static final Duration STOP = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE = Duration.ofSeconds(10);

  @Override
  public boolean interrupts() {
    return true;
  }

  @Override
  public String describe() {
    return "stop %s, whatever holds it, see that no process is left, and make it start read-only, whoever starts it"
        .formatted(member);
  }

  @Override
  public String ifLost() {
    return "Whether %s accepts writes is not known. Power it off or cut it off, and fence it once it can be reached."
        .formatted(member);
  }

  @Override
  public String finishedBy() {
    return "instance.fence";
  }

  @Override
  public Set<Long> servers() {
    return Set.of(member.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(member, Stop.command(member.cluster(), STOP, STOP, "", IMMEDIATE)),
        Shown.script(member, StandbyFiles.command(member.cluster(), Verb.APPLY, "run", "")));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    fence(world);
  }

  /**
   * Fences it.
   *
   * @return what was proven, in a sentence
   */
  String fence(World world) throws StepFailed, InterruptedException {
    Down down = world.replication().awaitDown(member, STOP, IMMEDIATE);
    Proved.keepDown(world, down);
    world.replication().fence(member);
    String proof =
        "no process is left (pg_control: %s), and whoever starts it starts it read-only (%s)"
            .formatted(down, world.clock().instant());
    world.inventory().fenced(member.id(), proof);
    world.log().info("%s: %s".formatted(member, proof));
    return proof;
  }
}
