package io.matriarch.action.step;

import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Connects to a server, becomes the owner of PostgreSQL there, and compares clocks. Changes
 * nothing.
 *
 * @param become privilege escalation to {@code postgres}; empty when SSH signs in as it
 */
public record CheckServer(long serverId, String server, List<String> become) implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final double MOST_SKEW_SECONDS = 5;

  public CheckServer {
    become = List.copyOf(become);
  }

  @Override
  public String describe() {
    return "check " + server + ": connection, privileges, psql, clock";
  }

  @Override
  public List<HostCommand> commands() {
    return commandsToRun().stream().map(c -> new HostCommand(server, c.display())).toList();
  }

  private List<Command> commandsToRun() {
    return List.of(
        Command.of("id", "-un").startedBy(become).within(LIMIT),
        Command.of("psql", "--version").startedBy(become).within(LIMIT),
        Command.of("date", "+%s.%N").within(LIMIT));
  }

  @Override
  public Set<Long> servers() {
    return Set.of(serverId);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    List<Command> commands = commandsToRun();
    expect(
        world,
        commands.get(0),
        "Become another user only as sudoers allows it; see the server's page.");
    expect(world, commands.get(1), "Install the PostgreSQL client; the agent and we need psql.");
    Instant before = world.clock().instant();
    CommandResult date = expect(world, commands.get(2), "The host has no usable date command.");
    compareClocks(world, date.stdout().strip(), before, world.clock().instant());
  }

  private CommandResult expect(World world, Command command, String remedy)
      throws StepFailed, InterruptedException {
    CommandResult result = world.shell().read(serverId, command);
    if (!result.succeeded()) {
      throw new StepFailed(
          "%s on %s exited %d: %s. Nothing was changed. %s"
              .formatted(
                  command.display(), server, result.exit(), result.stderr().strip(), remedy));
    }
    return result;
  }

  private void compareClocks(World world, String theirs, Instant before, Instant after)
      throws StepFailed {
    double host;
    try {
      host = Double.parseDouble(theirs);
    } catch (NumberFormatException e) {
      throw new StepFailed(
          "date on %s printed \"%s\", which is no time".formatted(server, theirs), e);
    }
    double ours = (before.toEpochMilli() + after.toEpochMilli()) / 2000.0;
    String skew = String.format(Locale.ROOT, "%+.2f s", host - ours);
    if (Math.abs(host - ours) > MOST_SKEW_SECONDS) {
      throw new StepFailed(
          "The clock of %s differs by %s from ours. Ages and ordering cannot be trusted; mend its time service."
              .formatted(server, skew));
    }
    world.log().info("clock of %s: %s".formatted(server, skew));
  }
}
