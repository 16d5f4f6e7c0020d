package io.matriarch.action.herd;

import io.matriarch.action.step.AwaitCaughtUp;
import io.matriarch.action.step.StartPostgres;
import io.matriarch.action.step.StopMode;
import io.matriarch.action.step.StopPostgres;
import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.check.SwitchoverChecks;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Step;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Restarts a herd while it serves: one standby after the other, each caught up before the next one
 * goes, then the primary, which hands over to a standby first and comes back as one.
 */
@Component
final class RollingRestartHerd implements Action {

  private static final String PRIMARY = "primary";
  private static final String SWITCH_OVER = "switch over";
  private static final String LEAVE = "leave";
  private static final String CATCH_UP = "catchUp";
  private static final String STARTED_BEFORE = "startedBefore";

  @Override
  public ActionName name() {
    return new ActionName("herd.rolling-restart");
  }

  @Override
  public String label() {
    return "Rolling restart";
  }

  @Override
  public String help() {
    return "Restarts the standbys one by one, each caught up before the next; then switches the primary over, which restarts it too.";
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
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        OptionSpec.choice(
            PRIMARY,
            "The primary",
            List.of(SWITCH_OVER, LEAVE),
            SWITCH_OVER,
            "switch over: a standby takes over, and the former primary restarts as a standby. leave: it is left to a person."));
    options.add(
        OptionSpec.number(
            CATCH_UP,
            "Seconds for a standby to catch up",
            300,
            "If one does not, the rest is left untouched."));
    options.add(
        OptionSpec.instant(
            STARTED_BEFORE,
            "Only members started before",
            "Those that were started since are left alone, such as by an earlier attempt; a retry sets it."));
    options.addAll(SwitchoverHerd.switchOptions());
    return List.copyOf(options);
  }

  @Override
  public Options frozen(Options options, Plan confirmed) {
    return SwitchoverHerd.frozenCandidate(options, confirmed);
  }

  @Override
  public Map<String, String> retried(Options options, Instant confirmedAt) {
    Map<String, String> again = new TreeMap<>(options.values());
    if (options.instant(STARTED_BEFORE).isEmpty()) {
      again.put(STARTED_BEFORE, confirmedAt.toString());
    }
    return again;
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    List<Check> checks = new ArrayList<>();
    List<Instance> standbys = standbys(target, fleet, options);
    boolean switches = switches(target, fleet, options);
    checks.add(something(target, fleet, standbys, switches));
    if (switches) {
      checks.addAll(
          SwitchoverChecks.of(
              target.id(),
              options.number("candidate"),
              candidates(target.id(), fleet),
              options.number("pauseLimit"),
              options.number("pauseExpiry"),
              fleet));
    } else {
      checks.addAll(SwitchoverChecks.primary(target.id(), fleet));
    }
    for (Instance standby : standbys) {
      String server = fleet.serverOf(standby).name();
      List.of(
              InstanceChecks.reachable(standby, fleet),
              InstanceChecks.unmanaged(standby),
              InstanceChecks.commandable(standby, fleet, Verb.START),
              InstanceChecks.commandable(standby, fleet, Verb.STOP))
          .forEach(c -> checks.add(c.named(c.name() + " (" + server + ")")));
    }
    return checks;
  }

  private static Check something(
      Target target, Fleet fleet, List<Instance> standbys, boolean switches) {
    String name = "what is restarted";
    List<String> left =
        fleet.members(target.id()).stream()
            .filter(m -> m.state() instanceof InstanceState.Stopped)
            .map(m -> fleet.serverOf(m).name())
            .toList();
    if (standbys.isEmpty() && !switches) {
      return Check.failed(
          name,
          "no member is left to restart",
          "All were started since the given time, or do not run.");
    }
    String seen =
        "%d running standbys%s%s"
            .formatted(
                standbys.size(),
                switches ? ", then the primary" : ", not the primary",
                left.isEmpty() ? "" : "; stopped and left so: " + String.join(", ", left));
    return Check.passed(name, seen);
  }

  private static List<Instance> standbys(Target target, Fleet fleet, Options options) {
    return fleet.members(target.id()).stream()
        .filter(m -> m.state() instanceof InstanceState.Standby && !m.copy())
        .filter(m -> isDue(m, options))
        .toList();
  }

  private static boolean isDue(Instance member, Options options) {
    Optional<Instant> before = options.instant(STARTED_BEFORE);
    Instant started = member.startedAt();
    return before.isEmpty() || started == null || started.isBefore(before.get());
  }

  private static boolean switches(Target target, Fleet fleet, Options options) {
    return options.get(PRIMARY).equals(SWITCH_OVER)
        && fleet.primaryOf(target.id()).map(p -> isDue(p, options)).orElse(true);
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    List<Instance> standbys = standbys(target, fleet, options);
    Plan.@Nullable Builder plan = null;
    for (Instance standby : standbys) {
      StopPostgres stop = StopPostgres.of(standby, fleet, StopMode.FAST);
      StartPostgres start = StartPostgres.of(standby, fleet);
      Step caughtUp =
          new AwaitCaughtUp(
              InstanceRef.of(standby, fleet),
              InstanceRef.of(primary, fleet),
              options.number(CATCH_UP));
      plan = plan == null ? Plan.of(stop) : plan.then(stop);
      plan.onFailure(start).then(start).then(caughtUp);
    }
    if (!switches(target, fleet, options)) {
      return Objects.requireNonNull(plan, "a check refuses it").build();
    }
    Instance chosen =
        Candidates.chosen(
                target.id(), options.number("candidate"), candidates(target.id(), fleet), fleet)
            .orElseThrow();
    return SwitchoverHerd.stepsAfter(plan, primary, chosen, fleet, options).build();
  }
}
