package io.matriarch.action.herd;

import io.matriarch.action.step.CreateSlots;
import io.matriarch.action.step.DropSlots;
import io.matriarch.action.step.ElectCandidate;
import io.matriarch.action.step.EndStranded;
import io.matriarch.action.step.FenceIfReached;
import io.matriarch.action.step.FenceMember;
import io.matriarch.action.step.FencePrimary;
import io.matriarch.action.step.FencePrimary.Way;
import io.matriarch.action.step.FollowOrRewind;
import io.matriarch.action.step.FollowPrimary;
import io.matriarch.action.step.LeadPoolers;
import io.matriarch.action.step.MoveDns;
import io.matriarch.action.step.PrepareFailover;
import io.matriarch.action.step.PromoteElected;
import io.matriarch.action.step.Promotion;
import io.matriarch.action.step.PublishPrimary;
import io.matriarch.action.step.ReceiveAgain;
import io.matriarch.action.step.ReserveTerm;
import io.matriarch.action.step.RestoreSynchronous;
import io.matriarch.action.step.RewindStandby;
import io.matriarch.action.step.RunHooks;
import io.matriarch.action.step.SecureCommits;
import io.matriarch.action.step.StopReceiving;
import io.matriarch.action.step.Survivor;
import io.matriarch.action.step.Survivors;
import io.matriarch.action.step.WriteCheckpoints;
import io.matriarch.check.Check;
import io.matriarch.check.FailoverChecks;
import io.matriarch.check.InstanceChecks;
import io.matriarch.hook.HookPhase;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Makes a standby the primary because the present one is gone or given up: that is first kept from
 * writing, then whoever has come furthest takes over.
 */
@Component
class FailoverHerd implements Action {

  private static final int PROMOTE_SECONDS = 60;

  /** How long clients wait for synchronous standbys to follow. */
  private static final int SYNCHRONOUS_SECONDS = 5;

  private static final String HOLD = "hold";
  private static final String FENCE = "fence";
  private static final String HBA = "hba";
  private static final String STATEMENT = "statement";
  private static final String SYNCHRONOUS = "synchronous";

  @Override
  public ActionName name() {
    return new ActionName("herd.failover");
  }

  @Override
  public String label() {
    return "Fail over";
  }

  @Override
  public String noun() {
    return "failover";
  }

  @Override
  public String help() {
    return "Makes a standby the primary because the present one is gone or given up; that is kept from writing first, and what it alone has is lost.";
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.HERD);
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public boolean disrupts() {
    return true;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.member(
            "candidate",
            "New primary",
            rule() + " Another one first receives what it lacks. What is confirmed is frozen."),
        OptionSpec.choice(
            FENCE,
            "How the old primary is kept from writing",
            List.of("auto", "ssh", HBA, SYNCHRONOUS, STATEMENT),
            "auto",
            "ssh: stopped, and read-only whoever starts it. hba: its pg_hba.conf lets nobody in and sessions are ended, so that standbys get the last of it first; stopped after the promotion. synchronous: its commits wait for standbys that receive nothing any more, so none returns, even if it runs on where nobody reaches it. auto: ssh, else hba, else your word. Without proof or word nothing is promoted."),
        OptionSpec.text(
            STATEMENT,
            "What you did to make sure that it cannot write",
            "Such as: powered off, ticket 4711. Counts only if no standby hears from it; it stays in the audit trail."),
        OptionSpec.choice(
            SYNCHRONOUS,
            "If synchronous standbys do not follow in time",
            List.of(HOLD, "asynchronous"),
            HOLD,
            "Only where commits wait for standbys. hold: clients go on and their commits wait until enough follow. asynchronous: no commit waits until then, with an alarm in the log."),
        OptionSpec.flag(
            FailoverChecks.ACCEPT_LOSS,
            "Accept that what the checks name is lost",
            "Rows that the old primary acknowledged and no survivor has."),
        OptionSpec.flag(
            FailoverChecks.IGNORE_MISSING,
            "Go ahead although members do not answer that could hold more",
            "If they do, it is lost; they are rewound or rebuilt afterwards."),
        OptionSpec.flag(
            FailoverChecks.IGNORE_ALIVE,
            "Give the primary up although it answers",
            "A switchover loses nothing; this is for a primary that is up and of no use."),
        OptionSpec.flag(
            InstanceChecks.IGNORE_MANAGER,
            "Go ahead although another manager is in charge",
            "Patroni, repmgr and their like undo what they did not do themselves."));
  }

  /** Whom the rule chooses, in a sentence. */
  String rule() {
    return "By rule: whoever has come furthest.";
  }

  @Override
  public List<Candidates.Ranked> candidates(long herdId, Fleet fleet) {
    return Candidates.forFailover(herdId, fleet);
  }

  @Override
  public Options frozen(Options options, Plan confirmed) {
    return confirmed.entries().stream()
        .map(Plan.Entry::step)
        .filter(Promotion.class::isInstance)
        .map(step -> ((Promotion) step).candidate().id())
        .findFirst()
        .map(id -> options.with("candidate", Long.toString(id)))
        .orElse(options);
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    return FailoverChecks.of(
        target.id(),
        options.number("candidate"),
        candidates(target.id(), fleet),
        options.get(FENCE),
        options.get(STATEMENT),
        fleet);
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance lost = fleet.primaryOf(target.id()).orElseThrow();
    Instance chosen =
        Candidates.chosen(
                target.id(), options.number("candidate"), candidates(target.id(), fleet), fleet)
            .orElseThrow();
    return new Failover(lost, chosen, fleet, options).plan();
  }

  /** The parts of one failover, resolved. */
  private static final class Failover {
    private final Fleet fleet;
    private final Options options;
    private final Instance lostInstance;
    private final Instance chosen;
    private final InstanceRef lost;
    private final InstanceRef candidate;
    private final String address;
    private final List<Instance> others;
    private final Survivors survivors;

    Failover(Instance lost, Instance chosen, Fleet fleet, Options options) {
      this.fleet = fleet;
      this.options = options;
      this.lostInstance = lost;
      this.chosen = chosen;
      this.lost = InstanceRef.of(lost, fleet);
      this.candidate = InstanceRef.of(chosen, fleet);
      this.address = fleet.serverOf(chosen).address();
      this.others =
          FailoverChecks.survivors(lost, fleet).stream()
              .filter(s -> s.id() != chosen.id())
              .toList();
      this.survivors =
          new Survivors(
              survivor(chosen),
              others.stream().map(this::survivor).toList(),
              options.flag(FailoverChecks.IGNORE_MISSING));
    }

    private Survivor survivor(Instance standby) {
      return new Survivor(InstanceRef.of(standby, fleet), fleet.serverOf(standby).address());
    }

    Plan plan() {
      List<String> slots = new ArrayList<>(List.of(slot(lostInstance)));
      others.forEach(other -> slots.add(slot(other)));
      Plan.Builder plan =
          fenced(
                  Plan.of(new PrepareFailover(lost, survivors))
                      .then(new ReserveTerm(fleet.herdOf(lostInstance).name())))
              .then(new ElectCandidate(lost, survivors, options.flag(FailoverChecks.ACCEPT_LOSS)))
              .then(new CreateSlots(candidate, slots))
              .onFailure(new DropSlots(candidate, slots));
      return after(plan);
    }

    /** That nobody receives is itself the fence of a synchronous herd. */
    private Plan.Builder fenced(Plan.Builder plan) {
      Step fence = new FencePrimary(lost, ways(), options.get(STATEMENT), witnesses());
      boolean standbysFirst = options.get(FENCE).equals(SYNCHRONOUS);
      Plan.Builder before = standbysFirst ? plan : plan.then(fence);
      before.then(new StopReceiving(survivors)).onFailure(new ReceiveAgain(survivors));
      return standbysFirst ? before.then(fence) : before;
    }

    private Plan after(Plan.Builder plan) {
      Step promote = new PromoteElected(candidate, lost, PROMOTE_SECONDS);
      List<FollowPrimary> followers = others.stream().map(this::follower).toList();
      boolean asynchronous = !options.get(SYNCHRONOUS).equals(HOLD);
      plan.pointOfNoReturn()
          .then(promote)
          .then(new PublishPrimary(candidate, address))
          .needs(promote)
          .then(new SecureCommits(candidate, followers, SYNCHRONOUS_SECONDS, asynchronous))
          .needs(promote);
      List<PoolerRef> poolers =
          fleet.poolersOf(lostInstance.herdId()).stream().map(p -> PoolerRef.of(p, fleet)).toList();
      if (!poolers.isEmpty()) {
        Server to = new Server(address, candidate.cluster().port());
        plan.then(new LeadPoolers(poolers, candidate, to)).needs(promote);
        plan.then(new EndStranded(poolers)).needs(promote);
      }
      if (options.get(FENCE).equals(HBA)) {
        // Nothing but a line in a file holds it until now.
        plan.then(new FenceMember(lost)).needs(promote);
      }
      if (options.get(FENCE).equals(SYNCHRONOUS)) {
        plan.then(new FenceIfReached(lost)).needs(promote);
      }
      List<MoveDns.Move> moves = HerdDns.moves(null, chosen, fleet);
      if (!moves.isEmpty()) {
        plan.then(new MoveDns(moves, candidate)).needs(promote);
      }
      Step checkpoint = new WriteCheckpoints(List.of(candidate));
      plan.then(checkpoint).needs(promote);
      for (int i = 0; i < others.size(); i++) {
        RewindStandby rewind =
            RewindStandby.of(others.get(i), chosen, fleet, slot(others.get(i)), true);
        plan.then(new FollowOrRewind(followers.get(i), rewind)).needs(promote, checkpoint);
      }
      List<String> post = fleet.hooks().post();
      if (!post.isEmpty()) {
        plan.then(
                new RunHooks(
                    HookPhase.POST_SWITCHOVER,
                    post,
                    HerdDns.facts(lostInstance, chosen, fleet),
                    candidate,
                    SwitchoverHerd.HOOK_SECONDS))
            .needs(promote);
      }
      return plan.then(new RestoreSynchronous(candidate)).needs(promote).build();
    }

    private FollowPrimary follower(Instance other) {
      return new FollowPrimary(InstanceRef.of(other, fleet), candidate, address, slot(other));
    }

    private List<Way> ways() {
      return switch (options.get(FENCE)) {
        case "ssh" -> List.of(Way.SSH);
        case HBA -> List.of(Way.HBA);
        case SYNCHRONOUS -> List.of(Way.SYNCHRONOUS);
        case STATEMENT -> List.of(Way.STATEMENT);
        default ->
            options.get(STATEMENT).isBlank()
                ? List.of(Way.SSH, Way.HBA)
                : List.of(Way.SSH, Way.HBA, Way.STATEMENT);
      };
    }

    private List<InstanceRef> witnesses() {
      return FailoverChecks.survivors(lostInstance, fleet).stream()
          .filter(s -> Objects.equals(s.upstreamId(), lostInstance.id()))
          .map(s -> InstanceRef.of(s, fleet))
          .toList();
    }

    private static String slot(Instance member) {
      return "matriarch_" + member.id();
    }
  }
}
