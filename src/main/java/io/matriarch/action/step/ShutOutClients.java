package io.matriarch.action.step;

import io.matriarch.job.Admission.Door;
import io.matriarch.job.Admission.Still;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.HbaFile;
import io.matriarch.postgres.HbaFile.Verb;
import java.time.Duration;
import java.util.List;

/**
 * Keeps a primary that runs from taking anybody's writes: {@code pg_hba.conf} rejects whoever
 * connects, seen from other hosts, every session is ended, and its WAL stands still. Standbys
 * receive on.
 *
 * @param doors hosts from which a connection is tried; at least one
 */
record ShutOutClients(InstanceRef primary, List<Door> doors) {

  private static final Duration REFUSED = Duration.ofSeconds(10);
  private static final Duration ENDED = Duration.ofSeconds(20);

  ShutOutClients {
    doors = List.copyOf(doors);
  }

  static List<HostCommand> commands(InstanceRef primary) {
    return List.of(
        Shown.script(primary, HbaFile.command(primary.cluster(), Verb.REFUSE, "pg_hba.conf")),
        Shown.sql(primary, HbaFile.RELOAD + HbaFile.endSessions(ENDED.toSeconds())));
  }

  /** If it fails, whoever could connect before can again. */
  Still shut(World world) throws StepFailed, InterruptedException {
    try {
      world.admission().refuse(primary, doors, REFUSED);
      return world.admission().endSessions(primary, ENDED);
    } catch (StepFailed e) {
      throw new StepFailed("%s %s".formatted(e.getMessage(), letIn(world)), e);
    }
  }

  private String letIn(World world) throws InterruptedException {
    try {
      world.admission().admit(primary);
      return "Whoever could connect to it before can again.";
    } catch (StepFailed e) {
      return "It may still refuse whoever connects (%s); Unfence ends that."
          .formatted(e.getMessage());
    }
  }
}
