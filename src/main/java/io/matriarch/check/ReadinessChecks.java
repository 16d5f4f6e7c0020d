package io.matriarch.check;

import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a herd's primary could be switched to one candidate now, by what its members say of
 * themselves. Pure: all that is known lies in a {@link Look}. What is not known never passes.
 */
public final class ReadinessChecks {

  /** The option that overrules failures which endanger the comfort of a switch, and no data. */
  public static final String IGNORE_READINESS = "ignoreReadiness";

  private ReadinessChecks() {}

  /**
   * One member as it was seen.
   *
   * @param facts null if it could not be asked
   * @param trouble why not
   * @param at by our clock
   */
  public record Member(
      String server,
      @Nullable ReadinessFacts facts,
      String trouble,
      @Nullable String manager,
      Instant at) {}

  /**
   * A real connection as a WAL receiver would make it.
   *
   * @param trouble what came back; null if it was taken
   */
  public record Way(String from, String to, @Nullable String trouble) {}

  /**
   * All that is known.
   *
   * @param others standbys of the primary beside the candidate
   * @param ways empty if none could be tried
   * @param ownIdentifier system identifier of the database that holds our own records
   * @param busy what runs on the herd now; null if nothing does
   * @param patience how long the poolers wait for open transactions
   */
  public record Look(
      Member primary,
      Member candidate,
      List<Member> others,
      List<Way> ways,
      @Nullable String ownIdentifier,
      @Nullable String busy,
      Duration patience) {

    public Look {
      others = List.copyOf(others);
      ways = List.copyOf(ways);
    }

    List<Member> members() {
      return Stream.concat(Stream.of(primary, candidate), others.stream()).toList();
    }

    List<Member> followers() {
      return Stream.concat(Stream.of(primary), others.stream()).toList();
    }
  }

  /** All checks, in the order in which people would ask. */
  public static List<Check> of(Look look) {
    Instant at = look.candidate().at();
    return Stream.concat(
            live(look).stream(),
            Stream.of(AccessReadiness.managers(look), AccessReadiness.busy(look)))
        .map(c -> c.observedAt(at))
        .toList();
  }

  /** Those that the members themselves answer; the others come from our own records. */
  public static List<Check> live(Look look) {
    List<Check> checks = new ArrayList<>(asked(look));
    if (look.primary().facts() != null && look.candidate().facts() != null) {
      Stream.<Function<Look, Check>>of(
              RoleReadiness::roles,
              RoleReadiness::identifiers,
              RoleReadiness::streaming,
              RoleReadiness::timelines,
              RoleReadiness::lagBytes,
              RoleReadiness::lagTime,
              RoleReadiness::paused,
              RoleReadiness::delayed,
              SessionReadiness::openTransactions,
              SessionReadiness::candidateQueries,
              SessionReadiness::prepared,
              ArchiveReadiness::archiver,
              ArchiveReadiness::archiveMode,
              ArchiveReadiness::backups,
              ArchiveReadiness::space,
              ArchiveReadiness::rewindable,
              CapacityReadiness::notLower,
              CapacityReadiness::walLevel,
              CapacityReadiness::room,
              CapacityReadiness::invalidSlots,
              CapacityReadiness::logicalSlots,
              SynchronousReadiness::synchronous,
              ContentReadiness::versions,
              ContentReadiness::collations,
              ContentReadiness::extensions,
              ContentReadiness::unlogged,
              ContentReadiness::subscriptions,
              ContentReadiness::scheduled,
              SettingReadiness::readOnly,
              SettingReadiness::targetTimeline,
              SettingReadiness::pendingRestart,
              SettingReadiness::hba,
              SettingReadiness::clocks)
          .map(check -> check.apply(look))
          .forEach(checks::add);
    }
    checks.addAll(AccessReadiness.ways(look));
    checks.add(AccessReadiness.ownRecords(look));
    return checks;
  }

  static List<Check> asked(Look look) {
    return look.members().stream()
        .map(
            m ->
                m.facts() != null
                    ? Check.passed(m.server() + " answers", "PostgreSQL " + m.facts().version())
                    : Check.failed(
                        m.server() + " answers",
                        m.trouble(),
                        "A switch needs every member; start it, or make it reachable over SSH."))
        .toList();
  }
}
