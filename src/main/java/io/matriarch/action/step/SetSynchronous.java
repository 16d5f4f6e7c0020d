package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.ReplicationSql;
import io.matriarch.postgres.SynchronousNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes {@code synchronous_standby_names} on every running member alike, and sees a commit wait
 * and return. If none returns, what was there before is written again.
 *
 * @param others running members beside the primary
 * @param counting ids of those whose having a commit counts
 * @param needed how many of them must have a commit; 0 for none
 * @param mayWait whether it stays although no commit returns
 */
public record SetSynchronous(
    InstanceRef primary, List<InstanceRef> others, List<Long> counting, int needed, boolean mayWait)
    implements Step {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  public SetSynchronous {
    others = List.copyOf(others);
    counting = List.copyOf(counting);
  }

  @Override
  public String describe() {
    return needed == 0
        ? "let no commit on %s wait for a standby".formatted(primary)
        : "let commits on %s wait for %d of %s, see one return, and write the same on the other members"
            .formatted(
                primary,
                needed,
                counted().stream().map(InstanceRef::server).collect(Collectors.joining(", ")));
  }

  @Override
  public String achieved() {
    return needed == 0
        ? "No commit on %s waits for a standby".formatted(primary)
        : "Commits on %s wait for %d of %s"
            .formatted(
                primary,
                needed,
                counted().stream().map(InstanceRef::server).collect(Collectors.joining(", ")));
  }

  private List<InstanceRef> counted() {
    return others.stream().filter(o -> counting.contains(o.id())).toList();
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(Set.of(primary.serverId()));
    others.forEach(o -> servers.add(o.serverId()));
    return servers;
  }

  @Override
  public List<HostCommand> commands() {
    // What standbys call themselves is asked when it is done.
    String names =
        needed == 0
            ? ""
            : SynchronousNames.any(needed, counted().stream().map(InstanceRef::server).toList());
    List<HostCommand> commands = new ArrayList<>();
    commands.add(Shown.sql(primary, ReplicationSql.synchronousNames(names)));
    others.forEach(o -> commands.add(Shown.sql(o, ReplicationSql.synchronousNames(names))));
    return commands;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    String names = needed == 0 ? "" : names(world);
    String before = world.replication().synchronousNames(primary);
    world.replication().setSynchronousNames(primary, names);
    if (needed > 0 && !mayWait && !world.replication().isSynchronous(primary, needed, LIMIT)) {
      world.replication().setSynchronousNames(primary, before);
      throw new StepFailed(
          "With synchronous_standby_names = '%s' no commit on %s came back within %d s, so '%s' holds there again. See in pg_stat_replication which standbys stream, and under which names."
              .formatted(names, primary, LIMIT.toSeconds(), before));
    }
    world
        .log()
        .info("%s: synchronous_standby_names = '%s', was '%s'".formatted(primary, names, before));
    List<String> left = new ArrayList<>();
    for (InstanceRef other : others) {
      try {
        world.replication().setSynchronousNames(other, names);
      } catch (StepFailed e) {
        left.add("%s (%s)".formatted(other, e.getMessage()));
      }
    }
    if (!left.isEmpty()) {
      throw new StepFailed(
          "It holds on %s, and not after a switch to %s: set it again once they answer."
              .formatted(primary, String.join(", ", left)));
    }
  }

  /** A primary has the name that a switch gives it as a standby. */
  private String names(World world) throws StepFailed, InterruptedException {
    List<String> names = new ArrayList<>();
    for (InstanceRef standby : counted()) {
      names.add(world.replication().applicationName(standby));
    }
    Set<String> distinct = new TreeSet<>(names);
    if (distinct.size() < names.size()) {
      throw new StepFailed(
          "Standbys of %s call themselves alike (%s), so that one of them would count for the other; nothing was changed. Give each an application_name of its own in primary_conninfo."
              .formatted(primary, String.join(", ", names)));
    }
    names.add(primary.server());
    return SynchronousNames.any(needed, names.stream().distinct().toList());
  }
}
