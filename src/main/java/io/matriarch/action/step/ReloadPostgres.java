package io.matriarch.action.step;

import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.util.List;
import java.util.Set;

/**
 * Makes PostgreSQL read its configuration files again; fails when it does not run.
 *
 * @param command the arguments of the command profile, filled in
 */
public record ReloadPostgres(InstanceRef instance, List<String> command) implements Step {

  public ReloadPostgres {
    command = List.copyOf(command);
  }

  public static ReloadPostgres of(Instance instance, Fleet fleet) {
    return new ReloadPostgres(
        InstanceRef.of(instance, fleet),
        InstanceCommand.of(Verb.RELOAD, instance, fleet, StopMode.FAST, 60));
  }

  @Override
  public String describe() {
    return "reload %s".formatted(instance);
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(new HostCommand(instance.server(), Command.of(command).display()));
  }

  @Override
  public Set<Long> servers() {
    return Set.of(instance.serverId());
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Seen before = world.postgres().look(instance);
    if (!(before instanceof Seen.Running)) {
      throw new StepFailed(
          "Reloading %s: it is %s, so nothing was reloaded. Start it; it reads its configuration then."
              .formatted(instance, before));
    }
    CommandResult result = world.shell().change(instance.serverId(), Command.of(command));
    if (!result.succeeded()) {
      throw new StepFailed(
          "Reloading %s: the command exited %d; the old configuration stays in force. The reason is in the output above."
              .formatted(instance, result.exit()));
    }
    world.log().info(instance + " reads its configuration again");
  }
}
