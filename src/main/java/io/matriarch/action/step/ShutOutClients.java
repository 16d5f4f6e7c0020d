package io.matriarch.action.step;

import io.matriarch.job.Admission.Door;
import io.matriarch.job.Admission.Still;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.HbaFile;
import io.matriarch.postgres.HbaFile.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Keeps a primary that runs from taking anybody's writes: {@code pg_hba.conf} rejects whoever
 * connects, seen from other hosts, every session is ended, and all its WAL is on disk. Standbys
 * receive on.
 *
 * @param doors hosts from which a connection is tried; at least one
 * @param stillMillis how long its WAL must have stood still then
 */
public record ShutOutClients(InstanceRef primary, List<Door> doors, int stillMillis)
    implements Step {

  private static final Duration REFUSED = Duration.ofSeconds(10);
  private static final Duration ENDED = Duration.ofSeconds(20);

  public ShutOutClients {
    doors = List.copyOf(doors);
  }

  static String names(List<Door> doors) {
    return doors.stream().map(Door::server).distinct().collect(Collectors.joining(", "));
  }

  static List<HostCommand> commands(InstanceRef primary) {
    return List.of(
        Shown.script(primary, HbaFile.command(primary.cluster(), Verb.REFUSE, "pg_hba.conf")),
        Shown.sql(primary, HbaFile.RELOAD + HbaFile.endSessions(ENDED.toSeconds(), Duration.ZERO)));
  }

  @Override
  public boolean interrupts() {
    return true;
  }

  @Override
  public String describe() {
    return "let nobody connect to %s any more (pg_hba.conf), see connections from %s refused, end every session, and see where its WAL ends"
        .formatted(primary, names(doors));
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(Set.of(primary.serverId()));
    doors.forEach(d -> servers.add(d.serverId()));
    return servers;
  }

  @Override
  public List<HostCommand> commands() {
    return commands(primary);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Still still = shut(world);
    world.proofs().keep(Proved.STILL, still.lsn());
    world.proofs().keep(Proved.FORMER_TIMELINE, Integer.toString(still.timeline()));
  }

  /** The same without keeping the proof. */
  Still shut(World world) throws StepFailed, InterruptedException {
    world.admission().refuse(primary, doors, REFUSED);
    return world.admission().endSessions(primary, ENDED, Duration.ofMillis(stillMillis));
  }
}
