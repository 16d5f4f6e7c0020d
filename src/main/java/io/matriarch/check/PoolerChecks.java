package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Pooler;
import io.matriarch.inventory.PoolerSeen;
import io.matriarch.inventory.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What poolers were last seen to be, before something is done with them. */
public final class PoolerChecks {

  private PoolerChecks() {}

  /** Before all poolers of a herd are led to its primary. */
  public static List<Check> forPointing(long herdId, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    checks.add(SwitchoverChecks.primaryRuns(fleet.primaryOf(herdId)));
    checks.add(SwitchoverChecks.oneWriter(herdId, fleet));
    List<Pooler> poolers = fleet.poolersOf(herdId);
    checks.add(
        poolers.isEmpty()
            ? Check.failed(
                "the herd has poolers",
                "none is known",
                "Add the poolers that lead clients to this herd.")
            : Check.passed("the herd has poolers", String.valueOf(poolers.size())));
    fleet
        .primaryOf(herdId)
        .ifPresent(
            primary -> {
              Server server = fleet.serverOf(primary);
              checks.add(
                  InstanceChecks.reachable(primary, fleet)
                      .named(server.name() + ": reachable over SSH"));
            });
    for (Pooler pooler : poolers) {
      checks.add(named(pooler, fleet, reachable(pooler, fleet)));
      checks.add(named(pooler, fleet, answers(pooler.seen())));
    }
    return checks;
  }

  /**
   * Before clients at the poolers of a herd are paused.
   *
   * @param longest that a client may wait
   */
  public static List<Check> forPause(long herdId, Duration longest, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(herdId);
    for (Pooler pooler : fleet.poolersOf(herdId)) {
      PoolerSeen seen = pooler.seen();
      checks.add(named(pooler, fleet, reachable(pooler, fleet)));
      checks.add(named(pooler, fleet, answers(seen)));
      if (seen.at() != null) {
        primary.ifPresent(p -> checks.add(named(pooler, fleet, leads(seen, p, fleet))));
        checks.add(named(pooler, fleet, poolMode(seen)));
        checks.add(named(pooler, fleet, patience(seen, longest)));
      }
    }
    return checks;
  }

  private static Check named(Pooler pooler, Fleet fleet, Check check) {
    String server =
        Optional.ofNullable(fleet.servers().get(pooler.serverId())).map(Server::name).orElse("?");
    return check.named("pooler %s on %s: %s".formatted(pooler.name(), server, check.name()));
  }

  private static Check reachable(Pooler pooler, Fleet fleet) {
    String name = "its server can be reached";
    Server server = fleet.servers().get(pooler.serverId());
    return server == null || server.hostKeys().isEmpty()
        ? Check.failed(
            name,
            "no host key of its server is pinned",
            "Open the server, compare its fingerprint and pin it.")
        : Check.passed(name, "host key pinned");
  }

  private static Check answers(PoolerSeen seen) {
    String name = "it answers";
    if (seen.triedAt() == null) {
      return Check.warning(name, "it was not asked yet", "Wait a minute, or go on and see.");
    }
    String error = seen.error();
    return error == null
        ? Check.passed(name, Objects.requireNonNullElse(seen.clients(), 0) + " clients")
            .observedAt(seen.at())
        : Check.failed(
                name,
                error,
                "Start it or correct what is known of it; it is asked again within a minute. Or delete it here if it is no more.")
            .observedAt(seen.triedAt());
  }

  private static Check leads(PoolerSeen seen, Instance primary, Fleet fleet) {
    String name = "it leads to the primary";
    String where = String.join(" and ", seen.leads());
    Long leads = seen.leadsId();
    if (!seen.missing().isEmpty()) {
      return Check.warning(
              name,
              "it does not have " + String.join(", ", seen.missing()),
              "Correct its databases here, or its configuration.")
          .observedAt(seen.at());
    }
    return leads != null && leads == primary.id()
        ? Check.passed(name, where).observedAt(seen.at())
        : Check.warning(
                name,
                "it leads to %s, and the primary is %s"
                    .formatted(where, fleet.serverOf(primary).name()),
                "Its clients do not reach the primary now; afterwards they reach the new one.")
            .observedAt(seen.at());
  }

  private static Check poolMode(PoolerSeen seen) {
    String name = "its pool mode lets it pause";
    String mode = seen.poolMode();
    return "session".equals(mode)
        ? Check.failed(
                name,
                "session, %s clients: one that is idle but connected holds up the pause"
                    .formatted(seen.clients() == null ? "?" : String.valueOf(seen.clients())),
                "Use pool_mode transaction, or see that idle clients leave; if you go ahead all the same, the pause fails at its limit and nothing is changed.")
            .overruledBy(ReadinessChecks.IGNORE_READINESS)
            .observedAt(seen.at())
        : Check.passed(name, mode == null ? "not known" : mode).observedAt(seen.at());
  }

  private static Check patience(PoolerSeen seen, Duration longest) {
    String name = "it lets clients wait long enough";
    Duration timeout = seen.queryWaitTimeout();
    if (timeout == null) {
      return Check.warning(
              name, "query_wait_timeout is not known", "See that it is longer than the pause.")
          .observedAt(seen.at());
    }
    if (timeout.isZero()) {
      return Check.passed(name, "query_wait_timeout is 0: for ever").observedAt(seen.at());
    }
    return timeout.compareTo(longest) > 0
        ? Check.passed(name, "query_wait_timeout is %d s".formatted(timeout.toSeconds()))
            .observedAt(seen.at())
        : Check.failed(
                name,
                "query_wait_timeout is %d s, and a client may wait %d s"
                    .formatted(timeout.toSeconds(), longest.toSeconds()),
                "Raise query_wait_timeout above that, or let the pause be shorter.")
            .observedAt(seen.at());
  }
}
