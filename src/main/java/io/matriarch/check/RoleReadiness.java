package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether both sides are what they should be, and follow each other closely. */
final class RoleReadiness {

  private static final long SEGMENT = 16L << 20;
  private static final long MOST_LAG = 256L << 20;
  private static final Duration MOST_LAG_TIME = Duration.ofSeconds(30);

  private RoleReadiness() {}

  static Check roles(Look look) {
    String name = "one writes, the other follows";
    Boolean primary = Looked.facts(look.primary()).inRecovery();
    Boolean candidate = Looked.facts(look.candidate()).inRecovery();
    if (Boolean.FALSE.equals(primary) && Boolean.TRUE.equals(candidate)) {
      return Check.passed(
          name,
          "%s writes, %s is in recovery".formatted(Looked.server(look), Looked.candidate(look)));
    }
    return Check.failed(
        name,
        "%s %s, %s %s"
            .formatted(Looked.server(look), role(primary), Looked.candidate(look), role(candidate)),
        "Look at the herd: a switch needs a primary and its running standby.");
  }

  private static String role(@Nullable Boolean recovery) {
    return recovery == null ? "did not say" : recovery ? "is in recovery" : "accepts writes";
  }

  static Check identifiers(Look look) {
    String name = "same system identifier";
    Set<String> seen =
        look.members().stream()
            .filter(m -> m.facts() != null)
            .map(m -> Objects.requireNonNullElse(Looked.facts(m).systemIdentifier(), "unknown"))
            .collect(Collectors.toCollection(TreeSet::new));
    return seen.size() == 1 && !seen.contains("unknown")
        ? Check.passed(name, seen.iterator().next())
        : Check.failed(
            name,
            String.join(" and ", seen),
            "These are not copies of one cluster; they must not be switched.");
  }

  static Check streaming(Look look) {
    String name = "the candidate streams";
    String status = Looked.facts(look.candidate()).receiverStatus();
    return "streaming".equals(status)
        ? Check.passed(name, Looked.candidate(look) + " streams")
        : Check.failed(
            name,
            status == null
                ? "no WAL receiver runs on " + Looked.candidate(look)
                : "the WAL receiver of %s is %s".formatted(Looked.candidate(look), status),
            "Its log says why; it must stream from the primary.");
  }

  static Check timelines(Look look) {
    String name = "timeline ancestry";
    ReadinessFacts primary = Looked.facts(look.primary());
    ReadinessFacts candidate = Looked.facts(look.candidate());
    Integer received = candidate.receiverTimeline();
    Ancestry found =
        Ancestry.of(
            primary.timeline(),
            primary.history(),
            received == null ? candidate.timeline() : received,
            candidate.history(),
            candidate.position());
    return switch (found) {
      case Ancestry.Same same -> Check.passed(name, "both on timeline " + same.timeline());
      case Ancestry.Ancestor old ->
          Check.passed(
              name,
              "%s is on timeline %d, from which timeline %d of %s came at %s; it lies before that"
                  .formatted(
                      Looked.candidate(look),
                      old.timeline(),
                      old.primary(),
                      Looked.server(look),
                      old.fork()));
      case Ancestry.Diverged away ->
          Check.failed(
              name,
              "%s is on timeline %d%s and %s on timeline %d: they parted at %s"
                  .formatted(
                      Looked.candidate(look),
                      away.timeline(),
                      away.position() == null ? "" : " at " + away.position(),
                      Looked.server(look),
                      away.primary(),
                      away.fork() == null ? "a position that is not known" : away.fork()),
              "It can never follow; rewind it to the primary, or rebuild it.");
      case Ancestry.Unknown unknown ->
          Check.failed(
              name,
              "%s is on timeline %s, %s on %s: %s"
                  .formatted(
                      Looked.server(look),
                      Looked.said(primary.timeline()),
                      Looked.candidate(look),
                      Looked.said(received == null ? candidate.timeline() : received),
                      unknown.why()),
              "Look at pg_wal/*.history on both; the standby must follow onto the primary's timeline.");
    };
  }

  static Check lagBytes(Look look) {
    String name = "replay lag in bytes";
    OptionalLong written = Looked.facts(look.primary()).written();
    OptionalLong replayed = Looked.facts(look.candidate()).replayed();
    if (written.isEmpty() || replayed.isEmpty()) {
      return Check.failed(name, "not known", "The position is missing on one side; look at both.");
    }
    long lag = Math.max(0, written.getAsLong() - replayed.getAsLong());
    if (lag > MOST_LAG) {
      return Looked.limit(
          Looked.ease(
              Check.failed(
                  name,
                  Looked.bytes(lag) + " behind",
                  "Clients would wait until it has replayed that; let it catch up.")),
          Looked.bytes(MOST_LAG));
    }
    return lag > SEGMENT
        ? Looked.limit(
            Check.warning(
                name, Looked.bytes(lag) + " behind", "Clients wait until it has replayed that."),
            Looked.bytes(SEGMENT))
        : Check.passed(name, Looked.bytes(lag) + " behind");
  }

  static Check lagTime(Look look) {
    String name = "replay lag in time";
    ReadinessFacts candidate = Looked.facts(look.candidate());
    OptionalLong written = Looked.facts(look.primary()).written();
    OptionalLong replayed = candidate.replayed();
    if (written.isEmpty() || replayed.isEmpty()) {
      return Check.failed(name, "not known", "The position is missing on one side; look at both.");
    }
    if (written.getAsLong() <= replayed.getAsLong()) {
      return Check.passed(name, "all that was written is replayed");
    }
    Instant at = candidate.replayedAt();
    Instant clock = candidate.clock();
    long behind = written.getAsLong() - replayed.getAsLong();
    // An idle primary writes a few records that end no transaction.
    boolean idle = behind <= SEGMENT / 16;
    if (at == null || clock == null) {
      return idle
          ? Check.passed(name, Looked.bytes(behind) + " behind, and no transaction since its start")
          : Check.warning(
              name, "not known", "It has replayed no transaction since its start; wait for one.");
    }
    Duration lag = Duration.between(at, clock);
    return lag.compareTo(MOST_LAG_TIME) > 0 && !idle
        ? Looked.limit(
            Looked.ease(
                Check.failed(
                    name,
                    "its last replayed transaction is %d s old".formatted(lag.toSeconds()),
                    "Let it catch up; a long query on the standby may hold replay.")),
            MOST_LAG_TIME.toSeconds() + " s")
        : Check.passed(
            name, "last replayed transaction %d s old".formatted(Math.max(0, lag.toSeconds())));
  }

  static Check paused(Look look) {
    Boolean paused = Looked.facts(look.candidate()).replayPaused();
    String name = "replay goes on";
    return Boolean.FALSE.equals(paused)
        ? Check.passed(name, "not paused")
        : Check.failed(
            name,
            paused == null ? "not known" : "replay is paused on " + Looked.candidate(look),
            "Resume it there: select pg_wal_replay_resume().");
  }

  static Check delayed(Look look) {
    String name = "the candidate is not delayed on purpose";
    String delay = Looked.facts(look.candidate()).setting("recovery_min_apply_delay");
    return "0".equals(delay)
        ? Check.passed(name, "no delay")
        : Check.failed(
            name,
            delay == null ? "not known" : "recovery_min_apply_delay is %s ms".formatted(delay),
            "Choose another candidate, or set it to 0 and let the standby catch up.");
  }
}
