package io.matriarch.action.herd;

import io.matriarch.action.step.BeginProbes;
import io.matriarch.action.step.CreateSlots;
import io.matriarch.action.step.DropSlots;
import io.matriarch.action.step.EndProbes;
import io.matriarch.action.step.FollowOrRewind;
import io.matriarch.action.step.FollowPrimary;
import io.matriarch.action.step.LetClientsIn;
import io.matriarch.action.step.MoveDns;
import io.matriarch.action.step.PauseClients;
import io.matriarch.action.step.PausePoolers;
import io.matriarch.action.step.PointPoolers;
import io.matriarch.action.step.PrepareShutOut;
import io.matriarch.action.step.PrepareSwitch;
import io.matriarch.action.step.PromoteBeforeStop;
import io.matriarch.action.step.PromoteStandby;
import io.matriarch.action.step.PublishPrimary;
import io.matriarch.action.step.ReadProbes;
import io.matriarch.action.step.RejoinOrRewind;
import io.matriarch.action.step.ReserveTerm;
import io.matriarch.action.step.RestorePrimary;
import io.matriarch.action.step.RestoreSynchronous;
import io.matriarch.action.step.ResumePoolers;
import io.matriarch.action.step.RetirePrimary;
import io.matriarch.action.step.RewindStandby;
import io.matriarch.action.step.RunHooks;
import io.matriarch.action.step.SealShutOut;
import io.matriarch.action.step.SealSwitch;
import io.matriarch.action.step.SecureCommits;
import io.matriarch.action.step.ShutOutClients;
import io.matriarch.action.step.StagePoolers;
import io.matriarch.action.step.StageStandby;
import io.matriarch.action.step.StartPostgres;
import io.matriarch.action.step.StopPrimary;
import io.matriarch.action.step.TidyFailoverSlots;
import io.matriarch.action.step.TidySlots;
import io.matriarch.action.step.WithdrawStandby;
import io.matriarch.action.step.WriteCheckpoints;
import io.matriarch.check.InstanceChecks;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.hook.HookPhase;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Admission.Door;
import io.matriarch.job.HookFacts;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The steps of one switch of primaries while both are alive, resolved. */
final class Switch {

  static final String HOLD = "hold";
  static final String PROBE = "probe";
  static final String FAST = "fast";

  private static final int STOP_SECONDS = 20;
  private static final int PATIENCE_SECONDS = 5;
  private static final int REPLAY_SECONDS = 15;
  private static final int PROMOTE_SECONDS = 60;
  private static final int PROBE_SECONDS = 600;

  /** What may pass between the last look at the pauses and the resume. */
  private static final int NEEDED_SECONDS = 15;

  /** How long clients wait for synchronous standbys to follow. */
  private static final int SYNCHRONOUS_SECONDS = 5;

  /** The first version that synchronises logical slots. */
  private static final int FAILOVER_SLOTS = 170_000;

  private final Fleet fleet;
  private final Options options;
  private final Instance oldInstance;
  private final Instance chosen;
  private final InstanceRef old;
  private final InstanceRef candidate;
  private final String address;
  private final List<Instance> otherInstances;
  private final List<InstanceRef> others;
  private final List<PoolerRef> poolers;
  private final Server from;
  private final Server to;
  private final HookFacts facts;
  private final boolean fast;
  private final boolean probed;
  private final Step promote;
  private final Step checkpoint;

  Switch(Instance old, Instance candidate, Fleet fleet, Options options) {
    this.fleet = fleet;
    this.options = options;
    this.oldInstance = old;
    this.chosen = candidate;
    this.old = InstanceRef.of(old, fleet);
    this.candidate = InstanceRef.of(candidate, fleet);
    this.address = fleet.serverOf(candidate).address();
    this.from = new Server(fleet.serverOf(old).address(), this.old.cluster().port());
    this.to = new Server(address, this.candidate.cluster().port());
    this.otherInstances =
        fleet.standbysOf(old).stream()
            .filter(s -> s.id() != candidate.id() && s.isOnline() && !s.copy() && !s.fenced())
            .toList();
    this.others = otherInstances.stream().map(s -> InstanceRef.of(s, fleet)).toList();
    this.facts = HerdDns.facts(old, candidate, fleet);
    this.poolers = fleet.poolersOf(old.herdId()).stream().map(p -> PoolerRef.of(p, fleet)).toList();
    this.fast = options.flag(FAST);
    this.probed = !poolers.isEmpty() && !options.get(PROBE).isEmpty();
    this.promote =
        fast
            ? new PromoteBeforeStop(this.candidate, this.old, PROMOTE_SECONDS)
            : promotion(this.candidate);
    this.checkpoint = new WriteCheckpoints(List.of(this.candidate));
  }

  /** The step past the point that all the others need, unless the fast variant was chosen. */
  static Step promotion(InstanceRef candidate) {
    return new PromoteStandby(candidate, PROMOTE_SECONDS);
  }

  /**
   * @param before steps of the same plan that come first; null for none
   */
  Plan.Builder plan(Plan.@Nullable Builder before) {
    StageStandby stage = new StageStandby(old, candidate, address, slot(old));
    Plan.Builder plan = prove(before);
    makeReady(plan, stage);
    holdClients(plan);
    keepFromWriting(plan, new RestorePrimary(StartPostgres.of(oldInstance, fleet), stage));
    plan.pointOfNoReturn();
    lead(plan);
    tell(plan);
    return bringBack(plan);
  }

  /** Nothing is changed before all of this has passed. */
  private Plan.Builder prove(Plan.@Nullable Builder before) {
    Step prepare =
        new PrepareSwitch(
            old, candidate, address, others, options.number("pauseLimit"), overruled());
    List<String> pre = fleet.hooks().pre();
    Step first = pre.isEmpty() ? prepare : hooks(HookPhase.PRE_SWITCHOVER, pre);
    Plan.Builder plan = before == null ? Plan.of(first) : before.then(first);
    if (!pre.isEmpty()) {
      plan.then(prepare);
    }
    return fast ? plan.then(new PrepareShutOut(old, candidate, doors())) : plan;
  }

  private void makeReady(Plan.Builder plan, StageStandby stage) {
    List<String> slots = Stream.concat(Stream.of(old), others.stream()).map(Switch::slot).toList();
    plan.then(new ReserveTerm(fleet.herdOf(oldInstance).name()))
        .then(new CreateSlots(candidate, slots))
        .onFailure(new DropSlots(candidate, slots))
        .then(stage)
        .onFailure(new WithdrawStandby(old, address, STOP_SECONDS));
    if (!poolers.isEmpty()) {
      plan.then(new StagePoolers(poolers, from, to));
    }
    plan.then(new WriteCheckpoints(List.of(old, candidate)));
  }

  private void holdClients(Plan.Builder plan) {
    if (probed) {
      plan.then(new BeginProbes(poolers, options.get(PROBE), PROBE_SECONDS))
          .always(new EndProbes(poolers));
    }
    if (!poolers.isEmpty()) {
      PausePoolers pause =
          new PausePoolers(
              poolers, from, options.number("pauseExpiry"), options.number("pauseLimit"));
      plan.then(new PauseClients(pause, old)).always(new ResumePoolers(poolers));
    }
  }

  private void keepFromWriting(Plan.Builder plan, RestorePrimary restore) {
    if (fast) {
      plan.then(new ShutOutClients(old, doors(), 0))
          .onFailure(new LetClientsIn(restore))
          .then(new SealShutOut(candidate, REPLAY_SECONDS, poolers, from, NEEDED_SECONDS));
    } else {
      plan.then(new StopPrimary(old, address, STOP_SECONDS, PATIENCE_SECONDS))
          .onFailure(restore)
          .then(new SealSwitch(old, candidate, REPLAY_SECONDS, poolers, from, NEEDED_SECONDS))
          .onFailure(new WithdrawStandby(old, address, STOP_SECONDS));
    }
  }

  private void lead(Plan.Builder plan) {
    List<FollowPrimary> followers =
        others.stream()
            .map(other -> new FollowPrimary(other, candidate, address, slot(other)))
            .toList();
    boolean asynchronous = !options.get("synchronous").equals(HOLD);
    plan.then(promote)
        .then(new PublishPrimary(candidate, address))
        .needs(promote)
        .then(new SecureCommits(candidate, followers, SYNCHRONOUS_SECONDS, asynchronous))
        .needs(promote);
    if (!poolers.isEmpty()) {
      plan.then(new PointPoolers(poolers, candidate, from, to)).needs(promote);
    }
    if (probed) {
      plan.then(new ReadProbes(poolers)).needs(promote);
    }
    if (fast) {
      plan.then(new RetirePrimary(old)).needs(promote).then(checkpoint).needs(promote);
    }
    for (int i = 0; i < followers.size(); i++) {
      follow(plan, followers.get(i), otherInstances.get(i));
    }
  }

  /** Until it is stopped, the former primary goes on past the fork, and so do its standbys. */
  private void follow(Plan.Builder plan, FollowPrimary follower, Instance other) {
    if (fast) {
      RewindStandby rewind =
          RewindStandby.of(other, chosen, fleet, slot(follower.standby()), false);
      plan.then(new FollowOrRewind(follower, rewind)).needs(promote, checkpoint);
    } else {
      plan.then(follower).needs(promote);
    }
  }

  /** A commit may wait for standbys; a silent server of names must not make it wait longer. */
  private void tell(Plan.Builder plan) {
    List<MoveDns.Move> moves = HerdDns.moves(oldInstance, chosen, fleet);
    if (!moves.isEmpty()) {
      plan.then(new MoveDns(moves, candidate)).needs(promote);
    }
    List<String> post = fleet.hooks().post();
    if (!post.isEmpty()) {
      plan.then(hooks(HookPhase.POST_SWITCHOVER, post)).needs(promote);
    }
  }

  private Plan.Builder bringBack(Plan.Builder plan) {
    Step rejoin =
        new RejoinOrRewind(RewindStandby.of(oldInstance, chosen, fleet, slot(old), false));
    if (fast) {
      plan.then(rejoin).needs(promote, checkpoint, new RetirePrimary(old));
    } else {
      plan.then(checkpoint).needs(promote).then(rejoin).needs(promote, checkpoint);
    }
    plan.then(new TidySlots(old, holders())).needs(rejoin);
    Integer version = oldInstance.versionNum();
    if (version != null && version >= FAILOVER_SLOTS) {
      plan.then(new TidyFailoverSlots(old, candidate)).needs(rejoin);
    }
    return plan.then(new RestoreSynchronous(candidate)).needs(promote);
  }

  /** Those whose slots the former primary need not keep. */
  private List<Long> holders() {
    List<Long> members = new ArrayList<>(List.of(candidate.id()));
    others.forEach(o -> members.add(o.id()));
    // One that is away may still follow the former primary; one that is fenced follows nobody.
    fleet.members(oldInstance.herdId()).stream()
        .filter(Instance::fenced)
        .forEach(fenced -> members.add(fenced.id()));
    return members;
  }

  /** Where clients come from, or, without poolers, the hosts of the standbys. */
  private List<Door> doors() {
    Set<Door> doors = new LinkedHashSet<>();
    poolers.forEach(
        p -> doors.add(new Door(p.serverId(), p.server(), from.address(), from.port())));
    if (doors.isEmpty()) {
      Stream.concat(Stream.of(candidate), others.stream())
          .forEach(s -> doors.add(new Door(s.serverId(), s.server(), from.address(), from.port())));
    }
    return List.copyOf(doors);
  }

  private RunHooks hooks(HookPhase phase, List<String> scripts) {
    return new RunHooks(phase, scripts, facts, candidate, SwitchoverHerd.HOOK_SECONDS);
  }

  private List<String> overruled() {
    return Stream.of(ReadinessChecks.IGNORE_READINESS, InstanceChecks.IGNORE_MANAGER)
        .filter(options::flag)
        .toList();
  }

  private static String slot(InstanceRef member) {
    return "matriarch_" + member.id();
  }
}
