package io.matriarch.ui.job;

import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.Catalogue;
import io.matriarch.job.Jobs;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.watch.Readiness;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Makes menus of actions. Whoever may not do an action may still read its plan: roles below the one
 * an action needs get the dialog without its button, and actions for administrators not at all.
 */
@Component
public final class ActionMenus implements Confirming {

  /** What somebody on call looks for stands first; all of it fits one line beside the filters. */
  private static final Map<TargetKind, List<String>> FIRST =
      Map.of(
          TargetKind.HERD,
          List.of(
              "herd.start",
              "herd.stop",
              "herd.restart",
              "herd.reload",
              "herd.switchover",
              "herd.failover"),
          TargetKind.INSTANCE,
          List.of(
              "instance.start",
              "instance.stop",
              "instance.restart",
              "instance.reload",
              "instance.rebuild"),
          TargetKind.SERVER,
          List.of("server.check"));

  private final Catalogue catalogue;
  private final Jobs jobs;
  private final Access access;
  private final Readiness readiness;
  private final Clock clock;

  ActionMenus(Catalogue catalogue, Jobs jobs, Access access, Readiness readiness, Clock clock) {
    this.catalogue = catalogue;
    this.jobs = jobs;
    this.access = access;
    this.readiness = readiness;
    this.clock = clock;
  }

  public ActionMenu of(TargetKind kind, Supplier<List<Target>> targets) {
    return of(kind, FIRST.getOrDefault(kind, List.of()), targets);
  }

  /**
   * The same where some actions matter most: these stand first, in this order.
   *
   * @param first names of actions
   */
  public ActionMenu of(TargetKind kind, List<String> first, Supplier<List<Target>> targets) {
    Comparator<Action> order =
        Comparator.comparing(
            action ->
                first.contains(action.name().value())
                    ? first.indexOf(action.name().value())
                    : first.size());
    List<Action> mine = actions(kind).stream().filter(this::may).sorted(order).toList();
    List<Action> others =
        actions(kind).stream().filter(action -> !may(action)).sorted(order).toList();
    return new ActionMenu(kind, first.size(), mine, others, targets, this);
  }

  /** The actions on this kind of target that this person sees. */
  public List<Action> actions(TargetKind kind) {
    return catalogue.of(kind).stream()
        .filter(action -> action.requires() != Role.ADMIN || may(action))
        .toList();
  }

  /** Whether this person may do the action of that name, and so cancel and retry it. */
  public boolean may(String action) {
    return catalogue.find(new ActionName(action)).filter(this::may).isPresent();
  }

  /** Opens the plan of the action of that name. */
  public void ask(String action, List<Target> targets) {
    ask(action, targets, Map.of());
  }

  /**
   * The same with members of the herd chosen already.
   *
   * @param chosen values of options of kind MEMBER
   */
  public void ask(String action, List<Target> targets, Map<String, String> chosen) {
    catalogue.find(new ActionName(action)).ifPresent(found -> open(found, targets, chosen));
  }

  private boolean may(Action action) {
    return access.allows(action.requires(), Scope.everywhere());
  }

  @Override
  public void open(Action action, List<Target> targets) {
    open(action, targets, Map.of());
  }

  private void open(Action action, List<Target> targets, Map<String, String> chosen) {
    if (!targets.isEmpty()) {
      new ConfirmDialog(jobs, action, targets, chosen, may(action), readiness, clock).open();
    }
  }
}
