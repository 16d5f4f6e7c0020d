package io.matriarch.check;

import io.matriarch.inventory.Candidacy;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Commits;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.inventory.Lsn;
import io.matriarch.inventory.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is looked at before a primary is given up for one of its standbys. */
public final class FailoverChecks {

  /** Overrules {@link #gone}. */
  public static final String IGNORE_ALIVE = "ignoreAlive";

  /** Overrules {@link #missing}. */
  public static final String IGNORE_MISSING = "ignoreMissing";

  /** Overrules {@link #loss}. */
  public static final String ACCEPT_LOSS = "acceptLoss";

  private static final String SYNCHRONOUS = "synchronous";
  private static final String LOSS = "what would be lost";
  private static final String MISSING = "nobody else could hold more";

  private FailoverChecks() {}

  /**
   * @param candidate id of an instance; 0 for the first of these
   * @param ranked whom the rule may choose, the best first
   * @param fence how the primary is to be fenced
   * @param statement what somebody did to make sure that it accepts no writes; empty if nothing
   */
  public static List<Check> of(
      long herdId,
      long candidate,
      List<Candidates.Ranked> ranked,
      String fence,
      String statement,
      Fleet fleet) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(herdId);
    checks.add(gone(primary, fleet));
    checks.add(SwitchoverChecks.oneWriter(herdId, fleet));
    Optional<Instance> chosen = Candidates.chosen(herdId, candidate, ranked, fleet);
    checks.add(survivor(herdId, candidate, ranked, chosen, fleet));
    primary.ifPresent(
        p -> {
          checks.add(fence(p, fence, statement, fleet));
          boolean waits = fence.equals(SYNCHRONOUS) && gap(p, fleet).isEmpty();
          chosen.ifPresent(
              c -> checks.add(waits ? nothingAcknowledged(p, fleet) : loss(p, c, fleet)));
          checks.add(waits ? enoughAreHere(p, fleet) : missing(p, fleet));
        });
    chosen.ifPresent(c -> checks.addAll(member(c, fleet)));
    primary.ifPresent(
        p -> survivors(p, fleet).forEach(s -> checks.addAll(member(s, chosen, fleet))));
    checks.addAll(DnsChecks.forSwitch(herdId, chosen, fleet));
    return checks;
  }

  /** The running standbys of a herd: copies and whoever cannot be reached aside. */
  public static List<Instance> survivors(Instance primary, Fleet fleet) {
    return fleet.members(primary.herdId()).stream()
        .filter(i -> i.id() != primary.id() && !i.copy() && !i.fenced())
        .filter(i -> i.state() instanceof InstanceState.Standby)
        .toList();
  }

  private static Check gone(Optional<Instance> primary, Fleet fleet) {
    String name = "the primary is gone";
    if (primary.isEmpty()) {
      return Check.failed(
          name,
          "no primary of this herd was ever seen, or the last one is not known",
          "Look at the herd: promote the member that is to be primary by hand, or start the former one.");
    }
    Instance p = primary.get();
    String server = fleet.serverOf(p).name();
    return switch (p.state()) {
      case InstanceState.Unreachable u ->
          Check.passed(name, "%s cannot be reached: %s".formatted(server, u.reason()))
              .observedAt(u.observedAt());
      case InstanceState.Stopped s ->
          Check.warning(
                  name,
                  "%s is stopped (pg_control: %s)".formatted(server, s.controlState()),
                  "If its server is sound, starting it loses nothing and is faster.")
              .observedAt(s.observedAt());
      case InstanceState.Primary alive ->
          Check.failed(
                  name,
                  server + " answers and accepts writes",
                  "Switch over instead, which loses nothing; fail over only if it must be given up all the same.")
              .observedAt(alive.observedAt())
              .overruledBy(IGNORE_ALIVE);
      case InstanceState.Standby s ->
          Check.failed(name, server + " is a standby now", "Look at who is primary.")
              .observedAt(s.observedAt());
    };
  }

  private static Check survivor(
      long herdId,
      long asked,
      List<Candidates.Ranked> ranked,
      Optional<Instance> chosen,
      Fleet fleet) {
    String name = "a standby can take over";
    if (chosen.isEmpty()) {
      return Check.failed(
          name,
          asked == 0
              ? "the herd has no running standby that may become primary"
              : "instance %d is no member".formatted(asked),
          stopped(herdId, fleet) + "bring back the primary; if neither is left, restore a backup.");
    }
    Instance c = chosen.get();
    String server = fleet.serverOf(c).name();
    if (!(c.state() instanceof InstanceState.Standby) || c.copy() || c.fenced()) {
      return Check.failed(
              name, "%s is %s".formatted(server, c.state()), "Name a running standby of this herd.")
          .observedAt(c.seenAt());
    }
    if (c.candidacy().preference() == Candidacy.Preference.NEVER) {
      return Check.failed(
          name,
          server + " may never become primary, as somebody wrote down",
          "Choose another one, or change its preference on the instance's page.");
    }
    String ranking =
        ranked.stream()
            .map(r -> "%s (%s)".formatted(fleet.serverOf(r.instance()).name(), r.why()))
            .collect(Collectors.joining(", then "));
    return Check.passed(
            name,
            asked == 0
                ? "who has come furthest: " + ranking
                : "%s was asked for; by how far they have come: %s".formatted(server, ranking))
        .observedAt(c.seenAt());
  }

  /** A former primary that a switch has stopped starts as a standby, and can take over again. */
  private static String stopped(long herdId, Fleet fleet) {
    List<String> stopped =
        fleet.members(herdId).stream()
            .filter(m -> !m.copy() && !m.fenced())
            .filter(m -> fleet.primaryOf(herdId).filter(p -> p.id() == m.id()).isEmpty())
            .filter(m -> m.state() instanceof InstanceState.Stopped)
            .map(m -> "%s (%s)".formatted(fleet.serverOf(m).name(), m.state()))
            .toList();
    return stopped.isEmpty()
        ? "Start a standby, or "
        : "Start %s, see that it is a standby, and fail over to it; or "
            .formatted(String.join(" or ", stopped));
  }

  private static Check fence(Instance primary, String fence, String statement, Fleet fleet) {
    String name = "the primary can be kept from writing";
    String server = fleet.serverOf(primary).name();
    if (fence.equals(SYNCHRONOUS)) {
      return byStandbys(name, primary, fleet);
    }
    boolean reached = !(primary.state() instanceof InstanceState.Unreachable);
    if (fence.equals("statement") || (fence.equals("auto") && !reached)) {
      if (!statement.isBlank()) {
        return Check.warning(
            name,
            "by your word: \"%s\"".formatted(statement),
            "Nothing proves it; if %s writes on all the same, there are two primaries, and what it writes is lost."
                .formatted(server));
      }
      return fence.equals("statement")
          ? Check.failed(
              name,
              "you have not said what keeps it from writing",
              "Power it off or cut it off, then write down what you did, such as \"powered off, ticket 4711\".")
          : Check.warning(
              name,
              "%s was not reached when last tried; it is tried by SSH".formatted(server),
              "If it does not answer, nothing is changed; then power it off or cut it off, and write down what you did.");
    }
    Check reachable = InstanceChecks.reachable(primary, fleet);
    if (reachable.hasFailed()) {
      return reachable.named(name);
    }
    if (fence.equals("hba") && !(primary.state() instanceof InstanceState.Primary)) {
      return Check.failed(
          name,
          "%s does not answer as a primary, and pg_hba.conf keeps nobody out of what does not run"
              .formatted(server),
          "Choose ssh or auto.");
    }
    return Check.passed(
        name,
        fence.equals("hba")
            ? "on %s, by its pg_hba.conf, which rejects everybody".formatted(server)
            : "on %s, by stopping it and keeping it from starting".formatted(server));
  }

  private static Check byStandbys(String name, Instance primary, Fleet fleet) {
    Commits commits = fleet.herdOf(primary).commits();
    return gap(primary, fleet)
        .map(
            why ->
                Check.failed(
                    name,
                    why,
                    "Choose another way to keep it from writing; for the next time, let commits wait for standbys (Set synchronous)."))
        .orElseGet(
            () ->
                Check.passed(
                    name,
                    "commits on %s wait for %s; those of them that are here receive nothing any more before another one leads, so none returns"
                        .formatted(fleet.serverOf(primary).name(), commits.names())))
        .observedAt(commits.toldAt());
  }

  /**
   * Why the standbys that are here cannot keep a primary from acknowledging commits by receiving
   * nothing; empty if they can.
   */
  static Optional<String> gap(Instance primary, Fleet fleet) {
    Commits commits = fleet.herdOf(primary).commits();
    List<Long> here =
        survivors(primary, fleet).stream()
            .filter(s -> Objects.equals(s.upstreamId(), primary.id()))
            .map(Instance::id)
            .toList();
    List<String> silent =
        commits.standbys().stream()
            .filter(r -> r.member() != null && here.contains(r.member()))
            .map(Commits.Receiver::name)
            .toList();
    return CommitQuorum.gap(commits, fleet.serverOf(primary).name(), silent);
  }

  private static Check nothingAcknowledged(Instance primary, Fleet fleet) {
    return Check.passed(
        LOSS,
        "nothing that was acknowledged: commits on %s wait for standbys, and whoever of these has come furthest leads"
            .formatted(fleet.serverOf(primary).name()));
  }

  private static Check enoughAreHere(Instance primary, Fleet fleet) {
    return Check.passed(
        MISSING,
        "what %s acknowledged is on one of the standbys that are here"
            .formatted(fleet.serverOf(primary).name()));
  }

  private static Check loss(Instance primary, Instance candidate, Fleet fleet) {
    String name = LOSS;
    Position last = primary.lastTold();
    Lsn has = candidate.lastTold().lsn();
    String primaryServer = fleet.serverOf(primary).name();
    String remedy = "Bring back %s if you can; else accept the loss.".formatted(primaryServer);
    if (last.lsn() == null || has == null) {
      return Check.failed(
              name,
              "it is not known how far %s or the candidate had come".formatted(primaryServer),
              remedy)
          .overruledBy(ACCEPT_LOSS);
    }
    long behind = Math.max(0, last.lsn().minus(has));
    String known =
        behind == 0
            ? "nothing of what is known: %s was last seen at %s, and %s has come to %s"
                .formatted(primaryServer, last.lsn(), fleet.serverOf(candidate).name(), has)
            : "%d B: %s was last seen at %s, and %s has come to %s"
                .formatted(
                    behind, primaryServer, last.lsn(), fleet.serverOf(candidate).name(), has);
    if (behind == 0 && candidate.candidacy().synchronous()) {
      return Check.passed(name, known + "; commits waited for it").observedAt(last.observedAt());
    }
    return Check.failed(
            name,
            "%s; besides, whatever it acknowledged after that%s"
                .formatted(known, since(last.observedAt(), fleet.takenAt())),
            remedy)
        .observedAt(last.observedAt())
        .overruledBy(ACCEPT_LOSS);
  }

  private static String since(@Nullable Instant at, Instant now) {
    return at == null
        ? ""
        : ", which was %d s before now"
            .formatted(Math.max(0, Duration.between(at, now).toSeconds()));
  }

  private static Check missing(Instance primary, Fleet fleet) {
    String name = MISSING;
    List<String> missing =
        fleet.members(primary.herdId()).stream()
            .filter(i -> i.id() != primary.id() && !i.copy() && !i.isOnline() && !i.fenced())
            .map(i -> "%s (%s)".formatted(fleet.serverOf(i).name(), told(i)))
            .toList();
    return missing.isEmpty()
        ? Check.passed(name, "each other member answers")
        : Check.failed(
                name,
                "these do not answer and could hold commits that no survivor has: "
                    + String.join(", ", missing),
                "Bring them back first, or accept that they are rewound or rebuilt afterwards.")
            .overruledBy(IGNORE_MISSING);
  }

  private static String told(Instance member) {
    Lsn lsn = member.lastTold().lsn();
    return lsn == null ? "its position was never known" : "last seen at " + lsn;
  }

  private static List<Check> member(Instance survivor, Optional<Instance> chosen, Fleet fleet) {
    return chosen.filter(c -> c.id() == survivor.id()).isPresent()
        ? List.of()
        : member(survivor, fleet);
  }

  private static List<Check> member(Instance member, Fleet fleet) {
    String server = fleet.serverOf(member).name();
    return List.of(
            InstanceChecks.reachable(member, fleet),
            InstanceChecks.unmanaged(member),
            SwitchoverChecks.recentEnough(member))
        .stream()
        .map(c -> c.named("%s (%s)".formatted(c.name(), server)))
        .toList();
  }
}
