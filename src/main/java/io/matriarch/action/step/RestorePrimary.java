package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Brings the former primary back: lets a stop that is under way end, starts it, and proves a write.
 *
 * @param start the step that starts it
 */
public record RestorePrimary(StartPostgres start) implements Step {

  private static final Duration WRITES = Duration.ofSeconds(60);

  @Override
  public String describe() {
    return "bring %s back as the primary and prove a write".formatted(start.instance());
  }

  @Override
  public String achieved() {
    return "%s is the primary again and takes writes".formatted(start.instance());
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
      world.replication().awaitDown(primary, WRITES);
      start.run(world);
    }
    world.replication().proveWritable(primary, WRITES);
  }
}
