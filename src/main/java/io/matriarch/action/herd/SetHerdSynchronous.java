package io.matriarch.action.herd;

import io.matriarch.action.step.SetSynchronous;
import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.check.SynchronousChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Decides how many standbys of a herd must have a commit before it is acknowledged. */
@Component
final class SetHerdSynchronous implements Action {

  private static final String STANDBYS = "standbys";
  private static final String MEMBERS = "members";

  @Override
  public ActionName name() {
    return new ActionName("herd.set-synchronous");
  }

  @Override
  public String label() {
    return "Set synchronous";
  }

  @Override
  public String help() {
    return "Decides how many standbys must have a commit on disk before it is acknowledged (synchronous_standby_names), on every member alike, so that it holds after a switch.";
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
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.number(
            STANDBYS,
            "Standbys that must have each commit",
            1,
            "0: no commit waits, and a failover may lose what was acknowledged last."),
        new OptionSpec(
            MEMBERS,
            "Standbys that count",
            OptionSpec.Kind.IDS,
            List.of(),
            "all",
            "all, or the ids of those that count; any of them is as good as another one (ANY)."),
        OptionSpec.flag(
            SynchronousChecks.IGNORE_WAITING,
            "Go ahead although commits will wait",
            "Until enough of them stream, no commit returns, of nobody."),
        OptionSpec.flag(
            InstanceChecks.IGNORE_MANAGER,
            "Go ahead although another manager is in charge",
            "Patroni, repmgr and their like undo what they did not do themselves."));
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    List<Check> checks =
        new ArrayList<>(
            SynchronousChecks.of(
                target.id(), options.number(STANDBYS), options.ids(MEMBERS), fleet));
    for (Instance member : running(target, fleet)) {
      String server = fleet.serverOf(member).name();
      for (Check check :
          List.of(InstanceChecks.reachable(member, fleet), InstanceChecks.unmanaged(member))) {
        checks.add(check.named("%s (%s)".formatted(check.name(), server)));
      }
    }
    return checks;
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(target.id()).orElseThrow();
    List<InstanceRef> others =
        running(target, fleet).stream()
            .filter(m -> m.id() != primary.id())
            .map(m -> InstanceRef.of(m, fleet))
            .toList();
    List<Long> chosen =
        SynchronousChecks.counting(target.id(), options.ids(MEMBERS), fleet).stream()
            .map(Instance::id)
            .toList();
    return Plan.of(
            new SetSynchronous(
                InstanceRef.of(primary, fleet),
                others,
                chosen,
                options.number(STANDBYS),
                options.flag(SynchronousChecks.IGNORE_WAITING)))
        .build();
  }

  private static List<Instance> running(Target target, Fleet fleet) {
    return fleet.members(target.id()).stream()
        .filter(m -> !m.copy() && !m.fenced())
        .filter(
            m ->
                m.state() instanceof InstanceState.Primary
                    || m.state() instanceof InstanceState.Standby)
        .toList();
  }
}
