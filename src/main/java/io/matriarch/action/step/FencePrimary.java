package io.matriarch.action.step;

import io.matriarch.check.CommitQuorum;
import io.matriarch.inventory.Commits;
import io.matriarch.job.Admission.Door;
import io.matriarch.job.Admission.Still;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms.Known;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.remote.ShellUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes sure that a primary accepts no writes any more before another one takes over: by the first
 * of some ways that is proven to hold. That a host does not answer proves nothing; that somebody
 * says so counts only if no standby hears from it.
 *
 * @param ways in the order in which they are tried
 * @param statement what somebody did to make sure of it; empty if nothing
 * @param witnesses standbys that receive straight from it
 */
public record FencePrimary(
    InstanceRef primary, List<Way> ways, String statement, List<InstanceRef> witnesses)
    implements Step {

  /** How a primary can be kept from writing. */
  public enum Way {
    SSH(
        "stop it over SSH, whatever holds it, see that no process is left, and make it start read-only, whoever starts it"),
    HBA(
        "let nobody connect to it any more (pg_hba.conf), see that a standby's host is refused, end every session, and see its WAL stand still"),
    SYNCHRONOUS(
        "see that so many of the standbys that its commits wait for receive nothing any more that none can return"),
    STATEMENT("rely on your word, if no standby hears from it and it does not answer");

    private final String words;

    Way(String words) {
      this.words = words;
    }
  }

  private static final Duration LISTEN = Duration.ofSeconds(3);
  private static final int STILL_MILLIS = 100;
  private static final Duration CATCH_UP = Duration.ofSeconds(10);

  public FencePrimary {
    ways = List.copyOf(ways);
    witnesses = List.copyOf(witnesses);
  }

  @Override
  public boolean interrupts() {
    return true;
  }

  @Override
  public String describe() {
    return "keep %s from writing: %s"
        .formatted(
            primary, ways.stream().map(way -> way.words).collect(Collectors.joining("; else ")));
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>();
    if (ways.contains(Way.SSH) || ways.contains(Way.HBA)) {
      servers.add(primary.serverId());
    }
    if (ways.contains(Way.HBA)) {
      witnesses.forEach(w -> servers.add(w.serverId()));
    }
    return servers;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    List<String> failures = new ArrayList<>();
    boolean unreached = false;
    for (Way way : ways) {
      // Whoever could not be reached a moment ago is not waited for again while clients wait.
      if (unreached && way == Way.HBA) {
        continue;
      }
      try {
        String proof =
            switch (way) {
              case SSH -> stop(world);
              case HBA -> shutOut(world);
              case SYNCHRONOUS -> keepCommitsWaiting(world);
              case STATEMENT -> believe(world, unreached);
            };
        world.proofs().keep(Proved.FENCED, proof);
        world.log().info(proof);
        return;
      } catch (StepFailed e) {
        failures.add(String.valueOf(e.getMessage()));
        if (e.getCause() instanceof ShellUnavailable) {
          unreached = true;
        }
      }
    }
    throw new StepFailed(
        "%s is not proven to be kept from writing, so nothing was promoted:\n%s\nIf it cannot be reached, power it off or cut it off, write down what you did, and fail over again."
            .formatted(primary, String.join("\n", failures)));
  }

  private String stop(World world) throws StepFailed, InterruptedException {
    return "%s is stopped: %s".formatted(primary, new FenceMember(primary).fence(world));
  }

  /** Standbys still receive, so whoever has what it has written by then loses nothing. */
  private String shutOut(World world) throws StepFailed, InterruptedException {
    if (!(world.postgres().look(primary) instanceof Seen.Running running) || running.inRecovery()) {
      throw new StepFailed(
          "%s does not run as a primary, so its pg_hba.conf keeps nobody out.".formatted(primary));
    }
    Still still = shutOutOrLetIn(world);
    String proof =
        "nobody but its owner on its own host can connect (pg_hba.conf), no session is left, and its WAL stands at %s (%s)"
            .formatted(still.lsn(), world.clock().instant());
    world.inventory().fenced(primary.id(), proof);
    Proved.keepKnown(world, new Known(still.timeline(), still.lsn(), world.clock().instant()));
    world.proofs().keep(Proved.STILL, still.lsn());
    for (InstanceRef witness : witnesses) {
      try {
        world.replication().waitCaughtUp(witness, still.lsn(), CATCH_UP);
      } catch (StepFailed e) {
        world.log().info(e.getMessage());
      }
    }
    return "%s is shut off: %s".formatted(primary, proof);
  }

  private Still shutOutOrLetIn(World world) throws StepFailed, InterruptedException {
    List<Door> doors = doors(world);
    try {
      return new ShutOutClients(primary, doors, STILL_MILLIS).shut(world);
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

  private List<Door> doors(World world) throws StepFailed, InterruptedException {
    List<Door> doors = new ArrayList<>();
    for (InstanceRef witness : witnesses) {
      try {
        Conninfo way = world.replication().upstreamOf(witness);
        int port = way.get("port").isEmpty() ? 5432 : Integer.parseInt(way.get("port"));
        doors.add(new Door(witness.serverId(), witness.server(), way.get("host"), port));
      } catch (StepFailed | NumberFormatException e) {
        world.log().info("%s: %s".formatted(witness, e.getMessage()));
      }
    }
    if (doors.isEmpty()) {
      throw new StepFailed(
          "No standby of %s answers from whose host a connection could be seen refused."
              .formatted(primary));
    }
    return doors;
  }

  private String keepCommitsWaiting(World world) throws StepFailed, InterruptedException {
    Commits commits = world.terms().commits(primary);
    List<String> silent = new ArrayList<>();
    List<String> hasty = new ArrayList<>();
    for (InstanceRef witness : witnesses) {
      try {
        world.replication().waitNotReceiving(witness, LISTEN);
        silent.add(world.replication().applicationName(witness));
        hasty.addAll(world.replication().hasty(witness));
      } catch (StepFailed e) {
        world.log().info(e.getMessage());
      }
    }
    Optional<String> gap = CommitQuorum.gap(commits, primary.server(), silent);
    if (gap.isPresent()) {
      throw new StepFailed(
          "Nothing keeps %s from acknowledging writes: %s.".formatted(primary, gap.get()));
    }
    if (!hasty.isEmpty()) {
      throw new StepFailed(
          "Nothing keeps %s from acknowledging writes: synchronous_commit is off or local for %s."
              .formatted(primary, String.join(", ", new TreeSet<>(hasty))));
    }
    String proof =
        "commits on %s wait for %s (told %s), and %s receive nothing any more"
            .formatted(
                primary.server(), commits.names(), commits.toldAt(), String.join(", ", silent));
    world.proofs().keep(Proved.UNACKNOWLEDGED, proof);
    return "%s acknowledges no write: %s (%s)".formatted(primary, proof, world.clock().instant());
  }

  private String believe(World world, boolean unreached) throws StepFailed, InterruptedException {
    if (statement.isBlank()) {
      throw new StepFailed("Nobody has said what keeps %s from writing.".formatted(primary));
    }
    Map<InstanceRef, Duration> heard = new HashMap<>();
    for (InstanceRef witness : witnesses) {
      lastHeard(world, witness).ifPresent(ago -> heard.put(witness, ago));
    }
    if (!heard.isEmpty()) {
      world.pause().of(LISTEN);
    }
    for (InstanceRef witness : heard.keySet()) {
      Optional<Duration> ago = lastHeard(world, witness);
      if (ago.isPresent() && ago.get().compareTo(LISTEN) < 0) {
        throw new StepFailed(
            "\"%s\" cannot be: %s heard from %s %d ms ago."
                .formatted(statement, witness, primary, ago.get().toMillis()));
      }
    }
    if (!unreached && answers(world)) {
      throw new StepFailed(
          "\"%s\" cannot be: %s answers and accepts writes.".formatted(statement, primary));
    }
    String word =
        "by somebody's word, \"%s\"; no standby has heard from it for %d s (%s)"
            .formatted(statement, LISTEN.toSeconds(), world.clock().instant());
    world.inventory().fenced(primary.id(), word);
    return "%s is kept from writing %s".formatted(primary, word);
  }

  /** Standbys may have lost it by a cut that does not concern clients. */
  private boolean answers(World world) throws StepFailed, InterruptedException {
    try {
      return world.postgres().look(primary) instanceof Seen.Running running
          && !running.inRecovery();
    } catch (StepFailed e) {
      if (!(e.getCause() instanceof ShellUnavailable)) {
        throw e;
      }
      return false;
    }
  }

  /** One that cannot be asked is no witness. */
  private static Optional<Duration> lastHeard(World world, InstanceRef witness)
      throws InterruptedException {
    try {
      return world.replication().lastHeard(witness);
    } catch (StepFailed e) {
      world.log().info(e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public List<HostCommand> commands() {
    List<HostCommand> commands = new ArrayList<>();
    if (ways.contains(Way.SSH)) {
      commands.addAll(new FenceMember(primary).commands());
    }
    if (ways.contains(Way.HBA)) {
      commands.addAll(ShutOutClients.commands(primary));
    }
    return commands;
  }
}
