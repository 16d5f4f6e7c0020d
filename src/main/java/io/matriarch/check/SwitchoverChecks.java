package io.matriarch.check;

import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What must hold before a herd's primary is switched, by what the inventory knows. */
public final class SwitchoverChecks {

  private static final int OLDEST = 130_000;

  private SwitchoverChecks() {}

  /**
   * @param candidate id of an instance; 0 for the best by rule
   * @param ranked whom the rule may choose, the best first
   * @param pauseLimit seconds for open transactions
   * @param pauseExpiry seconds after which a pause ends by itself
   */
  public static List<Check> of(
      long herdId,
      long candidate,
      List<Candidates.Ranked> ranked,
      int pauseLimit,
      int pauseExpiry,
      Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(herdId);
    checks.add(primaryRuns(primary));
    checks.add(oneWriter(herdId, fleet));
    Optional<Instance> chosen = Candidates.chosen(herdId, candidate, ranked, fleet);
    checks.add(chosenStandby(candidate, ranked, chosen, fleet));
    checks.add(pauseFits(herdId, pauseLimit, pauseExpiry, fleet));
    Duration longest = Duration.ofSeconds((long) pauseLimit + pauseExpiry);
    checks.addAll(PoolerChecks.forPause(herdId, longest, fleet));
    checks.addAll(DnsChecks.forSwitch(herdId, chosen, fleet));
    primary.ifPresent(p -> checks.addAll(member(p, fleet)));
    chosen.ifPresent(c -> checks.addAll(member(c, fleet)));
    return checks;
  }

  /** That there is one primary, and that it is alive. */
  public static List<Check> primary(long herdId, Fleet fleet) {
    return List.of(primaryRuns(fleet.primaryOf(herdId)), oneWriter(herdId, fleet));
  }

  static Check primaryRuns(Optional<Instance> primary) {
    String name = "the primary is alive";
    if (primary.isEmpty()) {
      return Check.failed(name, "no primary is known", "A switch needs one; look at the herd.");
    }
    Instance p = primary.get();
    return p.state() instanceof InstanceState.Primary
        ? Check.passed(name, p.label()).observedAt(p.seenAt())
        : Check.failed(
                name,
                "it was last seen as " + p.state(),
                "Start it, or fail over if it is lost for good.")
            .observedAt(p.seenAt());
  }

  static Check oneWriter(long herdId, Fleet fleet) {
    String name = "one member accepts writes";
    List<Instance> writers =
        fleet.members(herdId).stream()
            .filter(i -> i.state() instanceof InstanceState.Primary && !i.copy())
            .toList();
    return writers.size() <= 1
        ? Check.passed(name, writers.size() + " seen")
        : Check.failed(
            name,
            writers.stream()
                .map(i -> fleet.serverOf(i).name())
                .collect(Collectors.joining(" and ", "", " accept writes: split brain")),
            "Settle which one is right before anything else.");
  }

  private static Check chosenStandby(
      long asked, List<Candidates.Ranked> ranked, Optional<Instance> chosen, Fleet fleet) {
    String name = "the candidate is a running standby of the primary";
    if (chosen.isEmpty()) {
      return Check.failed(
          name,
          asked == 0
              ? "the herd has no running standby that may become primary"
              : "instance " + asked + " is no member",
          "Name a running standby of this herd.");
    }
    Instance c = chosen.get();
    String server = fleet.serverOf(c).name();
    if (!(c.state() instanceof InstanceState.Standby) || c.copy() || c.fenced()) {
      return Check.failed(name, server + " is " + c.state(), "Name a running standby of this herd.")
          .observedAt(c.seenAt());
    }
    if (c.candidacy().preference() == Candidacy.Preference.NEVER) {
      return Check.failed(
          name,
          server + " may never become primary, as somebody wrote down",
          "Choose another one, or change its preference on the instance's page.");
    }
    String others =
        ranked.stream()
            .map(r -> "%s (%s)".formatted(fleet.serverOf(r.instance()).name(), r.why()))
            .collect(Collectors.joining(", then "));
    return Check.passed(
            name,
            asked == 0
                ? "by rule: " + others
                : "%s was asked for; by rule: %s".formatted(server, others))
        .observedAt(c.seenAt());
  }

  private static Check pauseFits(long herdId, int limit, int expiry, Fleet fleet) {
    String name = "clients wait at poolers";
    if (fleet.poolersOf(herdId).isEmpty()) {
      return Check.warning(
          name,
          "no pooler of this herd is known",
          "Clients lose their connections and must connect again; add its poolers to avoid that.");
    }
    return limit + 25 <= expiry
        ? Check.passed(name, "a client waits %d s at worst".formatted(expiry))
        : Check.failed(
            name,
            "a pause ends by itself after %d s, and open transactions alone may take %d s"
                .formatted(expiry, limit),
            "Let the pause expire at least 25 s after the limit of open transactions.");
  }

  private static List<Check> member(Instance member, Fleet fleet) {
    String server = fleet.serverOf(member).name();
    return List.of(
            InstanceChecks.reachable(member, fleet),
            InstanceChecks.unmanaged(member),
            InstanceChecks.commandable(member, fleet, Verb.START),
            recentEnough(member))
        .stream()
        .map(c -> c.named(c.name() + " (" + server + ")"))
        .toList();
  }

  static Check recentEnough(Instance member) {
    Integer version = member.versionNum();
    String name = "PostgreSQL 13 or newer";
    return version != null && version >= OLDEST
        ? Check.passed(name, member.major())
        : Check.failed(
            name,
            version == null ? "its version is not known" : "it is " + version,
            "Before 13 a standby must be restarted to follow another primary; do it by hand.");
  }
}
