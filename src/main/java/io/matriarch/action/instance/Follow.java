package io.matriarch.action.instance;

import io.matriarch.action.step.CreateSlots;
import io.matriarch.action.step.DropSlots;
import io.matriarch.action.step.FollowUpstream;
import io.matriarch.action.step.ReturnToUpstream;
import io.matriarch.action.step.TidySlots;
import io.matriarch.check.Check;
import io.matriarch.check.UpstreamChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import io.matriarch.security.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Makes a standby follow another member: the primary, or a standby that then sends to it. */
@Component
final class Follow extends InstanceAction {

  /** The member to follow; 0 for the primary. */
  private static final String UPSTREAM = "upstream";

  @Override
  public ActionName name() {
    return new ActionName("instance.follow");
  }

  @Override
  public String label() {
    return "Change upstream";
  }

  @Override
  public String help() {
    return "Makes a running standby stream from another member, without a restart; if it does not, it follows its former one again.";
  }

  @Override
  public Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.member(UPSTREAM, "Whom to follow", "By rule: the primary of its herd."),
        IGNORE_MANAGER);
  }

  @Override
  public Map<Long, String> members(Target target, Fleet fleet) {
    Map<Long, String> lines = new LinkedHashMap<>();
    fleet
        .instance(target.id())
        .ifPresent(
            standby ->
                UpstreamChecks.legal(standby, fleet)
                    .forEach(
                        m ->
                            lines.put(
                                m.id(),
                                "%s · %s"
                                    .formatted(
                                        fleet.serverOf(m).name(),
                                        m.role() == Instance.Role.PRIMARY
                                            ? "primary"
                                            : "standby"))));
    return lines;
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet, Options options) {
    return UpstreamChecks.of(instance, upstream(instance, fleet, options), fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    Instance upstream = upstream(instance, fleet, options).orElseThrow();
    InstanceRef standby = InstanceRef.of(instance, fleet);
    InstanceRef ref = InstanceRef.of(upstream, fleet);
    List<String> slots = List.of("matriarch_" + instance.id());
    Optional<Instance> former =
        Optional.ofNullable(instance.upstreamId())
            .flatMap(fleet::instance)
            .filter(f -> f.id() != upstream.id() && f.isOnline());
    FollowUpstream follow =
        new FollowUpstream(standby, ref, fleet.serverOf(upstream).address(), slots.getFirst());
    Plan.Builder plan = Plan.of(new CreateSlots(ref, slots));
    if (former.isEmpty()) {
      return plan.then(follow).build();
    }
    InstanceRef left = InstanceRef.of(former.get(), fleet);
    return plan.onFailure(new DropSlots(ref, slots))
        .then(follow)
        .onFailure(new ReturnToUpstream(standby, left, fleet.serverOf(former.get()).address()))
        // It follows; a slot that is left over is no reason to turn it back.
        .pointOfNoReturn()
        .then(new TidySlots(left, List.of(instance.id())))
        .build();
  }

  private static Optional<Instance> upstream(Instance instance, Fleet fleet, Options options) {
    long wanted = options.number(UPSTREAM);
    return wanted == 0
        ? fleet.primaryOf(instance.herdId())
        : fleet.instance(wanted).filter(m -> m.herdId() == instance.herdId());
  }
}
