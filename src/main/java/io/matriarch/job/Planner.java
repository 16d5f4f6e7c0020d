package io.matriarch.job;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What preview, submission and run have in common when they ask an action for its plan. */
final class Planner {

  private Planner() {}

  /** Whether a check refuses under these options: it failed and nobody overruled it. */
  static boolean refuses(Check check, Options options) {
    String option = check.overruledBy();
    return check.hasFailed() && !(option != null && options.flag(option));
  }

  /** Every plan ends by looking at the instances of its target. */
  static Plan complete(Plan plan, Target target, Fleet fleet) {
    List<Long> instances = instances(target, fleet);
    return instances.isEmpty() ? plan : plan.endingWith(new Observe(instances));
  }

  private static List<Long> instances(Target target, Fleet fleet) {
    return fleet.instances().values().stream()
        .filter(i -> isOf(target, i))
        .map(Instance::id)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static boolean isOf(Target target, Instance instance) {
    return switch (target.kind()) {
      case INSTANCE -> instance.id() == target.id();
      case HERD -> instance.herdId() == target.id();
      case SERVER -> instance.serverId() == target.id();
    };
  }

  /** The herd whose lock a run on this target needs. */
  static @Nullable Long herdOf(Target target, Fleet fleet) {
    return switch (target.kind()) {
      case INSTANCE -> fleet.instance(target.id()).map(Instance::herdId).orElse(null);
      case HERD -> target.id();
      case SERVER -> null;
    };
  }

  /** What people call the target, or nothing when it does not exist. */
  static Optional<String> nameOf(Target target, Fleet fleet) {
    return switch (target.kind()) {
      case INSTANCE ->
          fleet
              .instance(target.id())
              .map(i -> fleet.herdOf(i).name() + " · " + fleet.serverOf(i).name() + portOf(i));
      case HERD -> Optional.ofNullable(fleet.herds().get(target.id())).map(h -> h.name());
      case SERVER -> Optional.ofNullable(fleet.servers().get(target.id())).map(s -> s.name());
    };
  }

  private static String portOf(Instance instance) {
    return instance.port() == null ? "" : ":" + instance.port();
  }

  static @Nullable Long environmentOf(Target target, Fleet fleet) {
    return switch (target.kind()) {
      case INSTANCE ->
          fleet
              .instance(target.id())
              .map(
                  i -> {
                    Long own = fleet.herdOf(i).environmentId();
                    return own != null ? own : fleet.serverOf(i).environmentId();
                  })
              .orElse(null);
      case HERD ->
          Optional.ofNullable(fleet.herds().get(target.id()))
              .map(h -> h.environmentId())
              .orElse(null);
      case SERVER ->
          Optional.ofNullable(fleet.servers().get(target.id()))
              .map(s -> s.environmentId())
              .orElse(null);
    };
  }
}
