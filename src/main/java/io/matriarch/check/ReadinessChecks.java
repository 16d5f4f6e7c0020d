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

  /** How far somebody came who tried to sign in without a password. */
  public enum Entry {
    TAKEN,
    ASKED_FOR_PASSWORD,
    REFUSED,
    UNKNOWN
  }

  /**
   * What came of signing in from a pooler's host, as one of its users, to the server {@code to}.
   */
  public record Login(String database, String user, String to, Entry entry, String said) {}

  /**
   * A pooler of the herd, as its host tells.
   *
   * @param name its own and its server's
   * @param addresses of its host; empty if they are not known
   * @param trouble why its users could not be tried; null if they were
   */
  public record Gate(
      String name, List<String> addresses, List<Login> logins, @Nullable String trouble) {

    public Gate {
      addresses = List.copyOf(addresses);
      logins = List.copyOf(logins);
    }
  }

  /**
   * All that is known.
   *
   * @param others standbys of the primary beside the candidate
   * @param ways empty if none could be tried
   * @param gates poolers of the herd
   * @param ownIdentifier system identifier of the database that holds our own records
   * @param busy what runs on the herd now; null if nothing does
   * @param patience how long the poolers wait for open transactions
   */
  public record Look(
      Member primary,
      Member candidate,
      List<Member> others,
      List<Way> ways,
      List<Gate> gates,
      @Nullable String ownIdentifier,
      @Nullable String busy,
      Duration patience) {

    public Look {
      others = List.copyOf(others);
      ways = List.copyOf(ways);
      gates = List.copyOf(gates);
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
    return Stream.of(
            live(look),
            GateReadiness.logins(look),
            GateReadiness.passers(look),
            List.of(AccessReadiness.managers(look), AccessReadiness.busy(look)))
        .flatMap(List::stream)
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
              ArchiveReadiness::behind,
              ArchiveReadiness::archiveMode,
              ArchiveReadiness::archiveCommand,
              ArchiveReadiness::backups,
              SpaceReadiness::space,
              HostReadiness::damage,
              HostReadiness::restarts,
              HostReadiness::conninfo,
              RewindReadiness::rewindable,
              RewindReadiness::role,
              RewindReadiness::retained,
              CapacityReadiness::notLower,
              CapacityReadiness::walLevel,
              CapacityReadiness::room,
              CapacityReadiness::keptWal,
              CapacityReadiness::invalidSlots,
              CapacityReadiness::logicalSlots,
              CapacityReadiness::awaitedSlots,
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

  /**
   * Of a primary that another one is to replace before it has stopped: each must pass. What is no
   * session may write on, and it goes past the fork.
   */
  public static List<Check> beforeStop(Look look) {
    return List.of(
        ContentReadiness.subscriptions(look),
        ContentReadiness.scheduled(look),
        RewindReadiness.rewindable(look),
        RewindReadiness.role(look),
        RewindReadiness.retained(look));
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
