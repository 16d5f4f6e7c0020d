package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReplicationSql;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Ends all receiving of WAL on the survivors, so that how far each has come does not change while
 * one is chosen. User and password of {@code primary_conninfo} stay; only its host leads nowhere.
 */
public record StopReceiving(Survivors survivors) implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Override
  public String describe() {
    return "stop receiving WAL on " + survivors;
  }

  @Override
  public Set<Long> servers() {
    return survivors.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return survivors.all().stream()
        .map(
            s ->
                Shown.sql(
                    s.instance(),
                    ReplicationSql.follow("host=%s ***".formatted(Replication.NOWHERE), "...")))
        .toList();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    survivors.each(world, s -> stop(world, s.instance()));
  }

  /** Where it received from is kept, for whoever takes it back. */
  static void stop(World world, InstanceRef standby) throws StepFailed, InterruptedException {
    Conninfo now = world.replication().upstreamOf(standby);
    String slot = world.replication().receiving(standby).slot();
    if (!now.get("host").equals(Replication.NOWHERE)) {
      String port = now.get("port").isEmpty() ? "5432" : now.get("port");
      world.proofs().keep(former(standby), "%s %s".formatted(now.get("host"), port));
      world
          .replication()
          .follow(standby, now.to(Replication.NOWHERE, Integer.parseInt(port)), slot);
    }
    world.replication().waitNotReceiving(standby, LIMIT);
  }

  static String former(InstanceRef standby) {
    return "former upstream of " + standby.id();
  }
}
