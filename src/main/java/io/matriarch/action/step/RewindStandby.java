package io.matriarch.action.step;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Rebuilds.Systemd;
import io.matriarch.job.Replication.Receiving;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.Rebuild.Contents;
import io.matriarch.postgres.Rebuild.Method;
import io.matriarch.postgres.Rebuild.Order;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.postgres.Rebuild.State;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a former primary, or a standby that went another way, onto the timeline of the primary,
 * and sees it stream. The work is detached on its host, where a run that is taken over finds it.
 *
 * @param start what starts it
 * @param address of the primary, for standbys
 * @param others who may know how standbys connect
 * @param configFile of the server to rewind; null if it lies in its data directory
 * @param startConf Debian's {@code start.conf}; null if it has none
 * @param unit of systemd that starts it; null if none does
 * @param asRoot what starts a command as root on its host
 * @param discard whether transactions that it alone has may be lost
 */
public record RewindStandby(
    StartPostgres start,
    InstanceRef primary,
    String address,
    String slot,
    List<InstanceRef> others,
    @Nullable String configFile,
    @Nullable String startConf,
    @Nullable String unit,
    List<String> asRoot,
    boolean discard)
    implements Step {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  static final Duration CHECKPOINT = Duration.ofMinutes(15);
  private static final Duration STOP = Duration.ofSeconds(60);
  static final Duration STREAMS = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofSeconds(30);

  public RewindStandby {
    others = List.copyOf(others);
    asRoot = List.copyOf(asRoot);
  }

  public static RewindStandby of(
      Instance target, Instance primary, Fleet fleet, String slot, boolean discard) {
    Server server = fleet.serverOf(target);
    String config = target.configFile();
    String startConf =
        target.debianCluster() == null || config == null
            ? null
            : config.substring(0, config.lastIndexOf('/') + 1) + "start.conf";
    return new RewindStandby(
        StartPostgres.of(target, fleet),
        InstanceRef.of(primary, fleet),
        fleet.serverOf(primary).address(),
        slot,
        fleet.members(target.herdId()).stream()
            .filter(m -> m.id() != target.id() && m.id() != primary.id() && !m.copy())
            .map(m -> InstanceRef.of(m, fleet))
            .toList(),
        config,
        startConf,
        startConf == null ? target.unit() : null,
        InstanceRef.become(server, "root"),
        discard);
  }

  /** The same, started by another step. */
  RewindStandby starting(StartPostgres other) {
    return new RewindStandby(
        other, primary, address, slot, others, configFile, startConf, unit, asRoot, discard);
  }

  /** The same for a member whose id is known only now. */
  RewindStandby of(long id, String ownSlot) {
    StartPostgres own =
        new StartPostgres(target().withId(id), start.timeoutSeconds(), start.command());
    return new RewindStandby(
        own, primary, address, ownSlot, others, configFile, startConf, unit, asRoot, discard);
  }

  InstanceRef target() {
    return start.instance();
  }

  /** PostgreSQL's major version. */
  String major() {
    Integer version = target().versionNum();
    return version == null ? "" : Integer.toString(version / 10_000);
  }

  Systemd systemd() {
    return new Systemd(unit, asRoot);
  }

  @Override
  public String describe() {
    return "rewind %s to the timeline of %s, start it as its standby and see it stream%s"
        .formatted(
            target(), primary, discard ? "; transactions that it alone has are thrown away" : "");
  }

  @Override
  public String ifLost() {
    return "%s does not follow the primary.".formatted(target());
  }

  @Override
  public String finishedBy() {
    return "instance.rewind";
  }

  @Override
  public Set<Long> servers() {
    return Set.of(target().serverId(), primary.serverId());
  }

  @Override
  public List<HostCommand> commands() {
    return Stream.concat(
            Stream.of(
                new HostCommand(
                    target().server(),
                    "pg_rewind -D %s --source-server=\"host=%s port=%d ***\" --no-ensure-shutdown"
                        .formatted(target().dataDirectory(), address, Proved.port(primary)))),
            start.commands().stream())
        .toList();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    int timeline = world.replication().proveWritable(primary, ANSWER).timeline();
    State known = world.rebuilds().state(target());
    if (!known.forbidsStart() && follows(world, timeline)) {
      world.inventory().unfenced(target().id());
      world.log().info("%s streams on timeline %d already".formatted(target(), timeline));
      return;
    }
    if (known.phase() != Phase.READY) {
      rewind(world, timeline, known);
    }
    bringUp(world, timeline, STREAMS);
  }

  boolean follows(World world, int timeline) throws StepFailed, InterruptedException {
    if (!(world.postgres().look(target()) instanceof Seen.Running running)
        || !running.inRecovery()) {
      return false;
    }
    Receiving now = world.replication().receiving(target());
    return now.isStreaming() && now.timeline() == timeline;
  }

  /** Rewinds it, so that it is ready to be brought up. */
  void rewind(World world, int timeline, State known) throws StepFailed, InterruptedException {
    if (known.isUnusable() || known.method() == Method.BASEBACKUP && known.forbidsStart()) {
      throw unusable(known);
    }
    // Before its checkpoint the source looks as before its promotion, and nothing to be rewound.
    String identifier = world.replication().proveControl(primary, timeline, CHECKPOINT);
    if (!known.held()) {
      Conninfo upstream = upstream(world);
      String role = world.replication().rewinder(primary, upstream.get("user"));
      if (known.phase() != Phase.CHANGED) {
        stop(world, identifier);
        becomeStandby(world, upstream);
      }
      Order order =
          new Order(
              upstream.as(role), configFile, major(), identifier, startConf, unit, discard, null);
      world.rebuilds().begin(target(), order, systemd());
    }
    State state = world.rebuilds().await(target(), systemd(), LOOK);
    while (state.held()) {
      world.log().info("%s works on %s".formatted(state.run(), target()));
      state = world.rebuilds().await(target(), systemd(), LOOK);
    }
    conclude(world, state);
  }

  private void conclude(World world, State state) throws StepFailed {
    switch (state.phase()) {
      case READY ->
          world
              .log()
              .info(
                  state.fork().isEmpty()
                      ? "%s had not left the way of %s: nothing was rewound"
                          .formatted(target(), primary)
                      : "%s is rewound to %s; transactions that it alone had and lost: %s"
                          .formatted(target(), state.fork().split(" ")[0], state.lost()));
      case CHANGING -> throw unusable(state);
      case CHANGED ->
          throw new StepFailed(
              "%s was rewound, but its own configuration is not back: %s. Nothing of ours starts it until it is; mend that, and rewind again, which goes on there."
                  .formatted(target(), state.said()));
      case FAILED -> throw new StepFailed(whyNot(state));
      case NONE, PREPARING ->
          throw new StepFailed(
              "The rewind of %s ended before it touched the data: %s. Rewind again."
                  .formatted(target(), state.said().isEmpty() ? "no reason given" : state.said()));
    }
  }

  private String whyNot(State state) {
    if (!state.lost().isEmpty() && !state.lost().equals("0") && !discard) {
      return "%s was not rewound: it has transactions that %s does not have (%s), committed past the fork at %s. Nothing of it was touched; it is stopped, and starts as a standby only. Save what they wrote, then rewind it with the option that throws them away."
          .formatted(target(), primary, state.lost(), state.fork().split(" ")[0]);
    }
    return "%s was not rewound: %s. Its data was not touched; it is stopped, and starts as a standby only. Mend that and rewind again, or rebuild it by a base backup of %s."
        .formatted(target(), state.said(), primary);
  }

  private StepFailed unusable(State state) {
    return new StepFailed(
        "The %s of %s (%s) ended in the middle%s. Its data directory %s is no cluster: nothing of ours starts it, and nothing else may. Rebuild it, which takes a base backup of %s; what is known of it lies in %s on %s."
            .formatted(
                state.method() == Method.BASEBACKUP ? "base backup" : "rewind",
                target(),
                state.run(),
                state.said().isEmpty() ? "" : ": " + state.said(),
                target().dataDirectory(),
                primary,
                state.directory(),
                target().server()));
  }

  /** As it does itself, as the others do, or as the only role that may. */
  Conninfo upstream(World world) throws StepFailed, InterruptedException {
    // Where no cluster lies, nothing runs that could be asked.
    boolean runs =
        world.rebuilds().state(target()).contents() == Contents.CLUSTER
            && world.postgres().look(target()) instanceof Seen.Running;
    Conninfo own =
        runs
            ? world.replication().upstreamOf(target())
            : world.rebuilds().configured(target(), configFile).conninfo();
    if (!own.get("user").isEmpty()) {
      return own.to(address, Proved.port(primary));
    }
    for (InstanceRef member : Stream.concat(Stream.of(primary), others.stream()).toList()) {
      try {
        Conninfo theirs = world.replication().upstreamOf(member);
        if (!theirs.get("user").isEmpty()) {
          return theirs
              .to(address, Proved.port(primary))
              .with("application_name", target().server());
        }
      } catch (StepFailed e) {
        world.log().info(e.getMessage());
      }
    }
    List<String> roles = world.replication().replicators(primary);
    if (roles.size() != 1) {
      throw new StepFailed(
          "How standbys connect to %s is not known: no member has a primary_conninfo with a user, and %s may replicate there. Nothing was touched; set primary_conninfo on %s, where it has no effect, and try again."
              .formatted(primary, roles.isEmpty() ? "no role" : String.join(", ", roles), primary));
    }
    world
        .log()
        .info(
            "no member says how standbys connect; %s is the only role that may replicate, and its password is looked for where libpq finds it"
                .formatted(roles.getFirst()));
    return Conninfo.parse("")
        .with("user", roles.getFirst())
        .with("application_name", target().server())
        .to(address, Proved.port(primary));
  }

  /** What has another identifier is another system's, and not to be touched. */
  void stop(World world, String identifier) throws StepFailed, InterruptedException {
    switch (world.postgres().look(target())) {
      case Seen.Stopped stopped -> {}
      case Seen.NotAnswering starting -> world.replication().awaitDown(target(), STOP, STOP);
      case Seen.Running running -> {
        if (!running.inRecovery()) {
          throw new StepFailed(
              "%s accepts writes while %s is the primary. Nothing was touched; stop it first, and look at what was written to it."
                  .formatted(target(), primary));
        }
        requireSame(
            identifier, world.replication().readiness(target(), PATIENCE).systemIdentifier());
        world.replication().stopStandby(target(), STOP);
      }
    }
    String found =
        world.postgres().look(target()) instanceof Seen.Stopped stopped
            ? stopped.systemIdentifier()
            : null;
    requireSame(identifier, found);
  }

  private void requireSame(String identifier, @Nullable String found) throws StepFailed {
    if (!identifier.equals(found)) {
      throw new StepFailed(
          "%s has the system identifier %s, and %s has %s: it is not a member of this herd. Its files were not touched; look at what lies in %s."
              .formatted(target(), found, primary, identifier, target().dataDirectory()));
    }
  }

  /** Whatever starts it from now on starts it read-only. */
  void becomeStandby(World world, Conninfo upstream) throws StepFailed, InterruptedException {
    world.replication().stageStandby(target(), upstream, slot);
    world.replication().applyStandby(target());
  }

  /** Starts what is ready, sees it stream, and lets it be started as before. */
  void bringUp(World world, int timeline, Duration streams)
      throws StepFailed, InterruptedException {
    if (world.postgres().look(target()) instanceof Seen.Stopped) {
      // The primary may have changed since it was rewound.
      becomeStandby(world, upstream(world));
    }
    world.rebuilds().release(target(), systemd());
    start.startRebuilt(world);
    world.replication().waitStreaming(target(), timeline, streams);
    world.replication().settleStandby(target());
    world.rebuilds().settle(target(), systemd());
    world.inventory().unfenced(target().id());
  }
}
