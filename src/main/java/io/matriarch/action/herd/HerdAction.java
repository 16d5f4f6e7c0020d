package io.matriarch.action.herd;

import io.matriarch.check.Check;
import io.matriarch.check.InstanceChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.Action;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What the actions on whole herds have in common: one run per herd, members in a stated order. */
abstract class HerdAction implements Action {

  private static final OptionSpec MEMBERS =
      new OptionSpec(
          "members",
          "Members",
          OptionSpec.Kind.IDS,
          List.of(),
          "all",
          "all, or the ids of the instances that are meant.");

  private static final OptionSpec IGNORE_MANAGER =
      OptionSpec.flag(
          InstanceChecks.IGNORE_MANAGER,
          "Go ahead although another manager is in charge",
          "Patroni, repmgr and their like undo what they did not do themselves.");

  @Override
  public final Set<TargetKind> targets() {
    return Set.of(TargetKind.HERD);
  }

  @Override
  public Role requires() {
    return Role.OPERATOR;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(MEMBERS, IGNORE_MANAGER);
  }

  @Override
  public final List<Check> checks(Target target, Fleet fleet, Options options) {
    List<Check> checks = new ArrayList<>();
    List<Instance> members = members(target, fleet, options);
    checks.add(known(target, fleet, options, members));
    for (Instance member : members) {
      String server = fleet.serverOf(member).name();
      for (Check c : memberChecks(member, fleet)) {
        checks.add(c.named(c.name() + " (" + server + ")"));
      }
    }
    return checks;
  }

  private static Check known(Target target, Fleet fleet, Options options, List<Instance> members) {
    List<Long> asked = options.ids("members");
    List<Long> found = members.stream().map(Instance::id).toList();
    List<Long> strange = asked.stream().filter(id -> !found.contains(id)).toList();
    if (!strange.isEmpty()) {
      return Check.failed(
          "members belong to the herd",
          "instances " + strange + " are not members",
          "Name members only; the herd has "
              + fleet.members(target.id()).stream().map(Instance::id).toList()
              + ".");
    }
    return members.isEmpty()
        ? Check.failed(
            "members belong to the herd",
            "the herd has no members",
            "Wait for a report of an agent.")
        : Check.passed("members belong to the herd", members.size() + " members");
  }

  @Override
  public final Plan plan(Target target, Fleet fleet, Options options) {
    List<Instance> ordered = new ArrayList<>(members(target, fleet, options));
    Comparator<Instance> primaryFirst =
        Comparator.comparing((Instance i) -> i.role() != Instance.Role.PRIMARY);
    ordered.sort(
        (standbysFirst() ? primaryFirst.reversed() : primaryFirst).thenComparing(Instance::id));
    return plan(ordered, fleet, options);
  }

  private static List<Instance> members(Target target, Fleet fleet, Options options) {
    List<Long> asked = options.ids("members");
    return fleet.members(target.id()).stream()
        .filter(i -> asked.isEmpty() ? !i.copy() : asked.contains(i.id()))
        .toList();
  }

  /** Whether the primary comes last. */
  boolean standbysFirst() {
    return false;
  }

  abstract List<Check> memberChecks(Instance member, Fleet fleet);

  /**
   * @param members at least one, in the order in which they are to be treated
   */
  abstract Plan plan(List<Instance> members, Fleet fleet, Options options);
}
