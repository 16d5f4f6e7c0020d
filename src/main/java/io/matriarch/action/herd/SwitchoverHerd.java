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
import io.matriarch.action.step.Promotion;
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
import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.hook.HookPhase;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.Admission.Door;
import io.matriarch.job.HookFacts;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Makes a standby the primary while both are alive, without losing a row: clients pause, the
 * primary is stopped and its last LSN proven on the candidate before that is promoted.
 */
@Component
final class SwitchoverHerd extends MoveHerd {

  private static final int STOP_SECONDS = 20;
  private static final int PATIENCE_SECONDS = 5;
  private static final int REPLAY_SECONDS = 15;
  private static final int PROMOTE_SECONDS = 60;

  /** What may pass between the last look at the pauses and the resume. */
  private static final int NEEDED_SECONDS = 15;

  /** How long clients wait for synchronous standbys to follow. */
  private static final int SYNCHRONOUS_SECONDS = 5;

  private static final String RULE =
      "By rule: what people wish, then the same site, then synchronous ones, then least lag.";

  private static final String HOLD = "hold";
  private static final String PROBE = "probe";
  private static final String FAST = "fast";
  private static final int PROBE_SECONDS = 600;

  /** The first version that synchronises logical slots. */
  private static final int FAILOVER_SLOTS = 170_000;

  /** How long one script on the console's host may take. */
  static final int HOOK_SECONDS = 60;

  @Override
  public ActionName name() {
    return new ActionName("herd.switchover");
  }

  @Override
  public String label() {
    return "Switch over";
  }

  @Override
  public String noun() {
    return "switchover";
  }

  @Override
  String rule() {
    return RULE;
  }

  @Override
  public String help() {
    return "Makes a standby the primary while both are alive; clients behind the poolers wait for a moment and notice nothing else.";
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(super.options());
    options.add(
        OptionSpec.flag(
            FAST,
            "Promote before the old primary has stopped",
            "The fast variant: clients do not wait for its shutdown, which takes long where there is much to write or archive. Its pg_hba.conf lets nobody in meanwhile; it is rewound afterwards, always."));
    return options;
  }

  @Override
  List<Check> before(Target target, Fleet fleet, Options options) {
    return options.flag(FAST)
        ? List.of(
            Check.warning(
                "the old primary stops before another one leads",
                "not in the fast variant that you chose",
                "Its pg_hba.conf, seen to refuse, keeps everybody from writing to it meanwhile, and it is rewound afterwards; leave the option out unless its shutdown takes too long."))
        : List.of();
  }

  static List<OptionSpec> switchOptions() {
    return switchOptions(RULE);
  }

  /**
   * @param rule whom the rule chooses, in a sentence
   */
  static List<OptionSpec> switchOptions(String rule) {
    return List.of(
        OptionSpec.member("candidate", "New primary", rule + " What is confirmed is frozen."),
        OptionSpec.number(
            "pauseLimit",
            "Seconds for open transactions to end",
            10,
            "Longer ones end the attempt."),
        OptionSpec.number(
            "pauseExpiry",
            "Seconds after which a pause ends by itself",
            60,
            "The worst that a paused client waits, whatever happens to this console."),
        OptionSpec.name(
            PROBE,
            "Login of a probe",
            "Writes through each pooler and tells what clients feel; the .pgpass of the pooler's owner has its password."),
        OptionSpec.choice(
            "synchronous",
            "If synchronous standbys do not follow in time",
            List.of(HOLD, "asynchronous"),
            HOLD,
            "Only where commits wait for standbys. hold: clients go on and their commits wait until enough follow. asynchronous: no commit waits until then, with an alarm in the log; a loss of the new primary in that time would lose rows."),
        OptionSpec.flag(
            ReadinessChecks.IGNORE_READINESS,
            "Go ahead although checks fail that endanger no data",
            "Such as a failing archiver, a running base backup, lag, or a logical slot that would be lost; what else fails refuses all the same."),
        OptionSpec.flag(
            InstanceChecks.IGNORE_MANAGER,
            "Go ahead although another manager is in charge",
            "Patroni, repmgr and their like undo what they did not do themselves."));
  }

  static Options frozenCandidate(Options options, Plan confirmed) {
    return confirmed.entries().stream()
        .map(Plan.Entry::step)
        .filter(Promotion.class::isInstance)
        .map(step -> ((Promotion) step).candidate().id())
        .findFirst()
        .map(id -> options.with("candidate", Long.toString(id)))
        .orElse(options);
  }

  /**
   * The steps of a switch, behind others of the same plan.
   *
   * @param before null for none
   */
  static Plan.Builder stepsAfter(
      Plan.@Nullable Builder before, Instance old, Instance chosen, Fleet fleet, Options options) {
    return new Switch(old, chosen, fleet, options).plan(before);
  }

  /** The step past the point that all the others need. */
  static Step promotion(InstanceRef candidate) {
    return new PromoteStandby(candidate, PROMOTE_SECONDS);
  }

  /** The parts of one switch, resolved. */
  private static final class Switch {
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
    private final List<MoveDns.Move> moves;
    private final HookFacts facts;

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
      this.moves = HerdDns.moves(old, candidate, fleet);
      this.facts = HerdDns.facts(old, candidate, fleet);
      this.poolers =
          fleet.poolersOf(old.herdId()).stream().map(p -> PoolerRef.of(p, fleet)).toList();
    }

    /**
     * @param before steps of the same plan that come first; null for none
     */
    Plan.Builder plan(Plan.@Nullable Builder before) {
      StartPostgres start = StartPostgres.of(oldInstance, fleet);
      List<String> slots =
          Stream.concat(Stream.of(old), others.stream()).map(Switch::slot).toList();
      StageStandby stage = new StageStandby(old, candidate, address, slot(old));
      Step prepare =
          new PrepareSwitch(
              old, candidate, address, others, options.number("pauseLimit"), overruled());
      List<String> pre = fleet.hooks().pre();
      Step first = pre.isEmpty() ? prepare : hooks(HookPhase.PRE_SWITCHOVER, pre);
      Plan.Builder plan = before == null ? Plan.of(first) : before.then(first);
      if (!pre.isEmpty()) {
        plan.then(prepare);
      }
      boolean fast = options.flag(FAST);
      if (fast) {
        plan.then(new PrepareShutOut(old, candidate, doors()));
      }
      plan.then(new ReserveTerm(fleet.herdOf(oldInstance).name()))
          .then(new CreateSlots(candidate, slots))
          .onFailure(new DropSlots(candidate, slots))
          .then(stage)
          .onFailure(new WithdrawStandby(old, address, STOP_SECONDS));
      if (!poolers.isEmpty()) {
        plan.then(new StagePoolers(poolers, from, to));
      }
      plan.then(new WriteCheckpoints(List.of(old, candidate)));
      boolean probed = !poolers.isEmpty() && !options.get(PROBE).isEmpty();
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
      RestorePrimary restore = new RestorePrimary(start, stage);
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
      Step promote =
          fast ? new PromoteBeforeStop(candidate, old, PROMOTE_SECONDS) : promotion(candidate);
      plan.pointOfNoReturn()
          .then(promote)
          .then(new PublishPrimary(candidate, address))
          .needs(promote);
      List<FollowPrimary> followers =
          others.stream()
              .map(other -> new FollowPrimary(other, candidate, address, slot(other)))
              .toList();
      boolean asynchronous = !options.get("synchronous").equals(HOLD);
      plan.then(new SecureCommits(candidate, followers, SYNCHRONOUS_SECONDS, asynchronous))
          .needs(promote);
      if (!poolers.isEmpty()) {
        plan.then(new PointPoolers(poolers, candidate, from, to)).needs(promote);
      }
      if (probed) {
        plan.then(new ReadProbes(poolers)).needs(promote);
      }
      Step checkpoint = new WriteCheckpoints(List.of(candidate));
      Step retire = new RetirePrimary(old);
      if (fast) {
        plan.then(retire).needs(promote).then(checkpoint).needs(promote);
        followRewound(plan, followers, promote, checkpoint);
      } else {
        for (FollowPrimary follower : followers) {
          plan.then(follower).needs(promote);
        }
      }
      // A commit may wait for these standbys; a silent server of names must not make it wait
      // longer.
      if (!moves.isEmpty()) {
        plan.then(new MoveDns(moves, candidate)).needs(promote);
      }
      List<String> post = fleet.hooks().post();
      if (!post.isEmpty()) {
        plan.then(hooks(HookPhase.POST_SWITCHOVER, post)).needs(promote);
      }
      Step rejoin =
          new RejoinOrRewind(RewindStandby.of(oldInstance, chosen, fleet, slot(old), false));
      List<Long> members = new ArrayList<>(List.of(candidate.id()));
      others.forEach(o -> members.add(o.id()));
      // One that is away may still follow the former primary; one that is fenced follows nobody.
      fleet.members(oldInstance.herdId()).stream()
          .filter(Instance::fenced)
          .forEach(fenced -> members.add(fenced.id()));
      if (fast) {
        plan.then(rejoin).needs(promote, checkpoint, retire);
      } else {
        plan.then(checkpoint).needs(promote).then(rejoin).needs(promote, checkpoint);
      }
      plan.then(new TidySlots(old, members)).needs(rejoin);
      if (oldInstance.versionNum() != null && oldInstance.versionNum() >= FAILOVER_SLOTS) {
        plan.then(new TidyFailoverSlots(old, candidate)).needs(rejoin);
      }
      return plan.then(new RestoreSynchronous(candidate)).needs(promote);
    }

    /** Until it is stopped, the former primary goes on past the fork, and so do its standbys. */
    private void followRewound(
        Plan.Builder plan, List<FollowPrimary> followers, Step promote, Step checkpoint) {
      for (int i = 0; i < followers.size(); i++) {
        Instance other = otherInstances.get(i);
        RewindStandby rewind = RewindStandby.of(other, chosen, fleet, slot(others.get(i)), false);
        plan.then(new FollowOrRewind(followers.get(i), rewind)).needs(promote, checkpoint);
      }
    }

    /** Where clients come from, or, without poolers, the hosts of the standbys. */
    private List<Door> doors() {
      Set<Door> doors = new LinkedHashSet<>();
      poolers.forEach(
          p -> doors.add(new Door(p.serverId(), p.server(), from.address(), from.port())));
      if (doors.isEmpty()) {
        Stream.concat(Stream.of(candidate), others.stream())
            .forEach(
                s -> doors.add(new Door(s.serverId(), s.server(), from.address(), from.port())));
      }
      return List.copyOf(doors);
    }

    private RunHooks hooks(HookPhase phase, List<String> scripts) {
      return new RunHooks(phase, scripts, facts, candidate, HOOK_SECONDS);
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
}
