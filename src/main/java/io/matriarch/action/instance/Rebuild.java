package io.matriarch.action.instance;

import io.matriarch.action.step.CreateSlots;
import io.matriarch.action.step.RebuildStandby;
import io.matriarch.action.step.RebuildStandby.Way;
import io.matriarch.check.Check;
import io.matriarch.check.RebuildChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.job.ActionName;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.postgres.Rebuild.Aside;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Makes a member a standby again in the cheapest way that works, down to a copy of all data. */
@Component
final class Rebuild extends InstanceAction {

  private static final String WAY = "method";
  private static final String DISCARD = "discard";
  private static final String OLD = "old";
  private static final String MAX_RATE = "maxRate";

  @Override
  public ActionName name() {
    return new ActionName("instance.rebuild");
  }

  @Override
  public String label() {
    return "Rebuild";
  }

  @Override
  public String help() {
    return "Makes a stopped, fenced, diverged or broken member a standby again: follow as it is, else pg_rewind, else pg_basebackup.";
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
        OptionSpec.choice(
            WAY,
            "How",
            List.of("auto", "follow", "rewind", "base-backup"),
            "auto",
            "auto tries them from the cheapest to the costliest, and the log says why each was left."),
        OptionSpec.flag(
            DISCARD,
            "Throw away transactions that only this server has",
            "Without it, a server that may have committed something that the primary does not have is left untouched, unless its old data is kept."),
        OptionSpec.choice(
            OLD,
            "Old data, when all data is copied",
            List.of("remove", "keep", "first"),
            "remove",
            "remove: once the standby streams. keep: beside the data directory. first: before the copy begins, where there is no room for both; until it ends there is nothing to go back to."),
        OptionSpec.number(
            MAX_RATE,
            "Send at most so many MB a second over the network",
            0,
            "0 for no limit; of a base backup."),
        IGNORE_MANAGER);
  }

  @Override
  List<Check> checks(Instance instance, Fleet fleet) {
    return RebuildChecks.of(instance, fleet);
  }

  @Override
  Plan plan(Instance instance, Fleet fleet, Options options) {
    Instance primary = fleet.primaryOf(instance.herdId()).orElseThrow();
    String slot = "matriarch_" + instance.id();
    // Detached work goes on when the console dies; whoever takes over must go on with it.
    return Plan.of(new CreateSlots(InstanceRef.of(primary, fleet), List.of(slot)))
        .pointOfNoReturn()
        .then(
            RebuildStandby.of(
                instance,
                primary,
                fleet,
                slot,
                Way.valueOf(options.get(WAY).replace('-', '_').toUpperCase(Locale.ROOT)),
                options.flag(DISCARD),
                Aside.valueOf(options.get(OLD).toUpperCase(Locale.ROOT)),
                Math.min(options.number(MAX_RATE), 1024)))
        .build();
  }
}
