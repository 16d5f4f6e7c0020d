package io.matriarch.check;

import io.matriarch.hook.HookFiles;
import io.matriarch.inventory.DnsRecord;
import io.matriarch.inventory.DnsSeen;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is known of a herd's records of DNS and of the scripts, before something is done. */
public final class DnsChecks {

  /** Clients that resolve anew after a switch should not be led astray for longer. */
  private static final int LONGEST_TTL = 60;

  private DnsChecks() {}

  /** Before all records of a herd are led to its primary. */
  public static List<Check> forMoving(long herdId, Fleet fleet) {
    Optional<Instance> primary = fleet.primaryOf(herdId);
    List<Check> checks = new ArrayList<>(primary(herdId, primary, fleet));
    checks.add(some(herdId, fleet));
    for (DnsRecord record : fleet.dnsRecordsOf(herdId)) {
      primary.ifPresent(p -> checks.add(named(record, value(record, fleet.serverOf(p), false))));
      checks.add(named(record, answers(record.seen())));
    }
    return checks;
  }

  /** Before the TTL of all records of a herd is lowered. */
  public static List<Check> forLowering(long herdId, int seconds, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    checks.add(some(herdId, fleet));
    checks.add(
        seconds >= 1 && seconds <= 86_400
            ? Check.passed("a TTL that can be", seconds + " s")
            : Check.failed("a TTL that can be", seconds + " s", "Choose 1 to 86400 seconds."));
    for (DnsRecord record : fleet.dnsRecordsOf(herdId)) {
      checks.add(named(record, answers(record.seen())));
      checks.add(named(record, wait(record.seen())));
    }
    return checks;
  }

  /** Before the scripts that follow a switch run again. */
  public static List<Check> forHooks(long herdId, Fleet fleet) {
    List<Check> checks = new ArrayList<>(primary(herdId, fleet.primaryOf(herdId), fleet));
    checks.add(
        fleet.hooks().post().isEmpty()
            ? Check.failed(
                "there are scripts",
                "none on this console's host",
                "Put them into post-switchover.d of the directory of hooks.")
            : Check.passed("there are scripts", String.join(", ", fleet.hooks().post())));
    checks.addAll(safe(fleet.hooks()));
    return checks;
  }

  /** Before the primary of a herd is switched to a candidate. */
  static List<Check> forSwitch(long herdId, Optional<Instance> candidate, Fleet fleet) {
    List<Check> checks = new ArrayList<>(safe(fleet.hooks()));
    for (DnsRecord record : fleet.dnsRecordsOf(herdId)) {
      DnsSeen seen = record.seen();
      candidate.ifPresent(c -> checks.add(named(record, value(record, fleet.serverOf(c), true))));
      checks.add(named(record, warned(answers(seen))));
      if (seen.at() != null) {
        checks.add(named(record, leads(seen)));
        checks.add(named(record, ttl(seen)));
      }
    }
    return checks;
  }

  private static List<Check> primary(long herdId, Optional<Instance> primary, Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    checks.add(SwitchoverChecks.primaryRuns(primary));
    checks.add(SwitchoverChecks.oneWriter(herdId, fleet));
    primary.ifPresent(
        p ->
            checks.add(
                InstanceChecks.reachable(p, fleet)
                    .named(fleet.serverOf(p).name() + ": reachable over SSH")));
    return checks;
  }

  private static Check some(long herdId, Fleet fleet) {
    int records = fleet.dnsRecordsOf(herdId).size();
    return records == 0
        ? Check.failed(
            "the herd has DNS records",
            "none is known",
            "Add the records that lead clients to this herd.")
        : Check.passed("the herd has DNS records", String.valueOf(records));
  }

  private static List<Check> safe(HookFiles hooks) {
    if (hooks.faults().isEmpty()) {
      return hooks.pre().isEmpty() && hooks.post().isEmpty()
          ? List.of()
          : List.of(
              Check.passed(
                  "scripts can be trusted",
                  "%d before, %d after a switch"
                      .formatted(hooks.pre().size(), hooks.post().size())));
    }
    return List.of(
        Check.failed(
            "scripts can be trusted",
            String.join("; ", hooks.faults()),
            "Mend or remove them on this console's host."));
  }

  private static Check named(DnsRecord record, Check check) {
    return check.named("record %s: %s".formatted(record.name(), check.name()));
  }

  private static Check value(DnsRecord record, Server server, boolean overrulable) {
    String name = "it can lead to " + server.name();
    Optional<String> value = record.valueFor(server);
    if (value.isPresent()) {
      return Check.passed(name, value.get());
    }
    Check failed =
        Check.failed(
            name,
            "the address %s of the server is none of type %s"
                .formatted(server.address(), record.name().type()),
            "Give the server an address of that kind, or use a CNAME.");
    return overrulable ? failed.overruledBy(ReadinessChecks.IGNORE_READINESS) : failed;
  }

  /** A server of names that is silent must not keep a primary from being switched. */
  private static Check warned(Check check) {
    return check.hasFailed()
        ? Check.warning(
                check.name(), check.seen(), "The switch goes on without it; then move it again.")
            .observedAt(check.observedAt())
        : check;
  }

  private static Check answers(DnsSeen seen) {
    String name = "its servers answer";
    if (seen.triedAt() == null) {
      return Check.warning(name, "they were not asked yet", "Wait a minute, or go on and see.");
    }
    String error = seen.error();
    if (error != null) {
      return Check.failed(name, error, "See that it runs, or correct what is known of the record.")
          .observedAt(seen.triedAt());
    }
    return seen.silent().isEmpty()
        ? Check.passed(name, "all of them").observedAt(seen.at())
        : Check.warning(
                name,
                String.join(", ", seen.silent()) + " does not answer",
                "Clients that ask there get nothing, or what others remember.")
            .observedAt(seen.triedAt());
  }

  private static Check leads(DnsSeen seen) {
    String name = "it leads to the primary";
    String values = seen.values().isEmpty() ? "nothing" : String.join(" and ", seen.values());
    return switch (seen.state()) {
      case "drift" ->
          Check.warning(
                  name,
                  "it leads to " + values,
                  "The switch leaves it alone; use \"Point DNS at the primary\" now or afterwards.")
              .observedAt(seen.at());
      case "stale" ->
          Check.warning(
                  name,
                  "%s, but not at %s".formatted(values, String.join(", ", seen.behind())),
                  "These servers do not copy the zone; they will be stale after the switch too.")
              .observedAt(seen.at());
      default -> Check.passed(name, values).observedAt(seen.at());
    };
  }

  private static Check ttl(DnsSeen seen) {
    String name = "clients notice a change soon";
    int ttl = Objects.requireNonNullElse(seen.ttl(), 0);
    return ttl <= LONGEST_TTL
        ? Check.passed(name, "TTL %d s: so long may a client keep the old address".formatted(ttl))
            .observedAt(seen.at())
        : Check.warning(
                name,
                "TTL %d s: so long may a client keep the old address".formatted(ttl),
                "Lower it first by \"Lower the TTL of DNS\" (herd.lower-dns-ttl), and wait that long.")
            .observedAt(seen.at());
  }

  private static Check wait(DnsSeen seen) {
    String name = "how long to wait afterwards";
    Integer ttl = seen.ttl();
    return ttl == null
        ? Check.warning(name, "its TTL is not known yet", "Wait the old TTL before a switch.")
        : Check.passed(name, "at least %d s, its TTL until now".formatted(ttl))
            .observedAt(seen.at());
  }
}
