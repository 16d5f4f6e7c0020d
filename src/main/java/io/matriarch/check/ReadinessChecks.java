package io.matriarch.check;

import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Database;
import io.matriarch.postgres.ReadinessFacts.Open;
import io.matriarch.postgres.ReadinessFacts.Slot;
import io.matriarch.postgres.ReadinessFacts.Standby;
import io.matriarch.postgres.ReadinessFacts.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a herd's primary could be switched to one candidate now, by what its members say of
 * themselves. Pure: all that is known lies in a {@link Look}. What is not known never passes.
 */
public final class ReadinessChecks {

  /** The option that overrules failures which endanger the comfort of a switch, and no data. */
  public static final String IGNORE_READINESS = "ignoreReadiness";

  private static final long SEGMENT = 16L << 20;
  private static final long MOST_LAG = 256L << 20;
  private static final Duration MOST_LAG_TIME = Duration.ofSeconds(30);
  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  private static final List<String> NOT_LOWER =
      List.of(
          "max_connections",
          "max_worker_processes",
          "max_wal_senders",
          "max_prepared_transactions",
          "max_locks_per_transaction");

  private static final Pattern SYNCHRONOUS =
      Pattern.compile("(?i)\\s*(?:(any|first)\\s+)?(?:(\\d+)\\s*\\((.*)\\)|(.*))\\s*");

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
    return Stream.concat(live(look).stream(), Stream.of(managers(look), busy(look)))
        .map(c -> c.observedAt(at))
        .toList();
  }

  /** Those that the members themselves answer; the others come from our own records. */
  public static List<Check> live(Look look) {
    List<Check> checks = new ArrayList<>(asked(look));
    if (look.primary().facts() != null && look.candidate().facts() != null) {
      Stream.<Function<Look, Check>>of(
              ReadinessChecks::roles,
              ReadinessChecks::identifiers,
              ReadinessChecks::streaming,
              ReadinessChecks::timelines,
              ReadinessChecks::lagBytes,
              ReadinessChecks::lagTime,
              ReadinessChecks::paused,
              ReadinessChecks::delayed,
              ReadinessChecks::openTransactions,
              ReadinessChecks::candidateQueries,
              ReadinessChecks::prepared,
              ReadinessChecks::archiver,
              ReadinessChecks::archiveMode,
              ReadinessChecks::backups,
              ReadinessChecks::space,
              ReadinessChecks::rewindable,
              ReadinessChecks::notLower,
              ReadinessChecks::walLevel,
              ReadinessChecks::room,
              ReadinessChecks::invalidSlots,
              ReadinessChecks::logicalSlots,
              ReadinessChecks::synchronous,
              ReadinessChecks::versions,
              ReadinessChecks::collations,
              ReadinessChecks::extensions,
              ReadinessChecks::unlogged,
              ReadinessChecks::subscriptions,
              ReadinessChecks::scheduled,
              ReadinessChecks::readOnly,
              ReadinessChecks::targetTimeline,
              ReadinessChecks::pendingRestart,
              ReadinessChecks::hba,
              ReadinessChecks::clocks)
          .map(check -> check.apply(look))
          .forEach(checks::add);
    }
    checks.addAll(ways(look));
    checks.add(ownRecords(look));
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

  static Check roles(Look look) {
    String name = "one writes, the other follows";
    Boolean primary = facts(look.primary()).inRecovery();
    Boolean candidate = facts(look.candidate()).inRecovery();
    if (Boolean.FALSE.equals(primary) && Boolean.TRUE.equals(candidate)) {
      return Check.passed(
          name, "%s writes, %s is in recovery".formatted(server(look), candidate(look)));
    }
    return Check.failed(
        name,
        "%s %s, %s %s".formatted(server(look), role(primary), candidate(look), role(candidate)),
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
            .map(m -> Objects.requireNonNullElse(facts(m).systemIdentifier(), "unknown"))
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
    String status = facts(look.candidate()).receiverStatus();
    return "streaming".equals(status)
        ? Check.passed(name, candidate(look) + " streams")
        : Check.failed(
            name,
            status == null
                ? "no WAL receiver runs on " + candidate(look)
                : "the WAL receiver of %s is %s".formatted(candidate(look), status),
            "Its log says why; it must stream from the primary.");
  }

  static Check timelines(Look look) {
    String name = "same timeline";
    Integer primary = facts(look.primary()).timeline();
    Integer received = facts(look.candidate()).receiverTimeline();
    if (received == null) {
      received = facts(look.candidate()).timeline();
    }
    return primary != null && primary.equals(received)
        ? Check.passed(name, "timeline " + primary)
        : Check.failed(
            name,
            "%s is on timeline %s, %s on %s"
                .formatted(server(look), said(primary), candidate(look), said(received)),
            "The standby must follow onto the primary's timeline first, or be rebuilt.");
  }

  static Check lagBytes(Look look) {
    String name = "replay lag in bytes";
    OptionalLong written = facts(look.primary()).written();
    OptionalLong replayed = facts(look.candidate()).replayed();
    if (written.isEmpty() || replayed.isEmpty()) {
      return Check.failed(name, "not known", "The position is missing on one side; look at both.");
    }
    long lag = Math.max(0, written.getAsLong() - replayed.getAsLong());
    if (lag > MOST_LAG) {
      return limit(
          ease(
              Check.failed(
                  name,
                  bytes(lag) + " behind",
                  "Clients would wait until it has replayed that; let it catch up.")),
          bytes(MOST_LAG));
    }
    return lag > SEGMENT
        ? limit(
            Check.warning(name, bytes(lag) + " behind", "Clients wait until it has replayed that."),
            bytes(SEGMENT))
        : Check.passed(name, bytes(lag) + " behind");
  }

  static Check lagTime(Look look) {
    String name = "replay lag in time";
    ReadinessFacts candidate = facts(look.candidate());
    OptionalLong written = facts(look.primary()).written();
    OptionalLong replayed = candidate.replayed();
    if (written.isEmpty() || replayed.isEmpty()) {
      return Check.failed(name, "not known", "The position is missing on one side; look at both.");
    }
    if (written.getAsLong() <= replayed.getAsLong()) {
      return Check.passed(name, "all that was written is replayed");
    }
    Instant at = candidate.replayedAt();
    Instant clock = candidate.clock();
    if (at == null || clock == null) {
      return Check.warning(
          name, "not known", "It has replayed no transaction since its start; wait for one.");
    }
    // An idle primary writes a few records that end no transaction.
    Duration lag = Duration.between(at, clock);
    return lag.compareTo(MOST_LAG_TIME) > 0
            && written.getAsLong() - replayed.getAsLong() > SEGMENT / 16
        ? limit(
            ease(
                Check.failed(
                    name,
                    "its last replayed transaction is %d s old".formatted(lag.toSeconds()),
                    "Let it catch up; a long query on the standby may hold replay.")),
            MOST_LAG_TIME.toSeconds() + " s")
        : Check.passed(
            name, "last replayed transaction %d s old".formatted(Math.max(0, lag.toSeconds())));
  }

  static Check paused(Look look) {
    Boolean paused = facts(look.candidate()).replayPaused();
    String name = "replay goes on";
    return Boolean.FALSE.equals(paused)
        ? Check.passed(name, "not paused")
        : Check.failed(
            name,
            paused == null ? "not known" : "replay is paused on " + candidate(look),
            "Resume it there: select pg_wal_replay_resume().");
  }

  static Check delayed(Look look) {
    String name = "the candidate is not delayed on purpose";
    String delay = facts(look.candidate()).setting("recovery_min_apply_delay");
    return "0".equals(delay)
        ? Check.passed(name, "no delay")
        : Check.failed(
            name,
            delay == null ? "not known" : "recovery_min_apply_delay is %s ms".formatted(delay),
            "Choose another candidate, or set it to 0 and let the standby catch up.");
  }

  static Check openTransactions(Look look) {
    String name = "no transaction is open for long";
    List<Open> open = facts(look.primary()).open();
    String limit = look.patience().toSeconds() + " s";
    if (open == null) {
      return Check.failed(name, "not known", "Ask the primary's pg_stat_activity.");
    }
    List<Open> late =
        open.stream().filter(o -> o.seconds() >= look.patience().toSeconds()).toList();
    return late.isEmpty()
        ? limit(Check.passed(name, "none on " + server(look)), limit)
        : limit(
            ease(
                Check.failed(
                    name,
                    "on %s: %s".formatted(server(look), named(late)),
                    "Poolers wait for it and give up; let it end, or end it.")),
            limit);
  }

  static Check candidateQueries(Look look) {
    String name = "no long query on the candidate";
    List<Open> open = facts(look.candidate()).open();
    return open == null
        ? Check.warning(name, "not known", "Ask its pg_stat_activity.")
        : open.isEmpty()
            ? Check.passed(name, "none on " + candidate(look))
            : Check.warning(
                name,
                "on %s: %s".formatted(candidate(look), named(open)),
                "It may hold replay for max_standby_streaming_delay.");
  }

  private static String named(List<Open> open) {
    return open.stream()
            .limit(3)
            .map(o -> "pid %d, %d s, %s".formatted(o.pid(), o.seconds(), o.query()))
            .collect(Collectors.joining("; "))
        + (open.size() > 3 ? "; and %d more".formatted(open.size() - 3) : "");
  }

  static Check prepared(Look look) {
    String name = "no prepared transactions";
    Integer count = facts(look.primary()).prepared();
    return Integer.valueOf(0).equals(count)
        ? Check.passed(name, "none")
        : Check.warning(
            name,
            said(count),
            "They survive the switch with their locks; whoever prepared them must end them.");
  }

  static Check archiver(Look look) {
    String name = "the primary archives";
    Boolean failing = facts(look.primary()).archiverFailing();
    return Boolean.FALSE.equals(failing)
        ? Check.passed(
            name,
            "off".equals(facts(look.primary()).setting("archive_mode"))
                ? "archive_mode is off"
                : "no failure since the last success")
        : ease(
            Check.failed(
                name,
                failing == null
                    ? "not known"
                    : "the archiver fails, last on " + facts(look.primary()).archiverFailedWal(),
                "A clean stop waits for the archiver; mend archive_command first."));
  }

  static Check archiveMode(Look look) {
    String name = "the candidate would archive too";
    String primary = facts(look.primary()).setting("archive_mode");
    String candidate = facts(look.candidate()).setting("archive_mode");
    return primary != null
            && candidate != null
            && (primary.equals("off") || !candidate.equals("off"))
        ? Check.passed(name, "archive_mode %s there, %s here".formatted(candidate, primary))
        : Check.warning(
            name,
            "archive_mode is %s on %s and %s on %s"
                .formatted(said(primary), server(look), said(candidate), candidate(look)),
            "After the switch no WAL would be archived; set it and restart the standby.");
  }

  static Check backups(Look look) {
    String name = "no base backup runs";
    List<String> running =
        Stream.of(look.primary(), look.candidate())
            .filter(m -> !Integer.valueOf(0).equals(facts(m).backups()))
            .map(
                m ->
                    facts(m).backups() == null
                        ? "not known of " + m.server()
                        : "one is taken from " + m.server())
            .toList();
    return running.isEmpty()
        ? Check.passed(name, "none")
        : ease(
            Check.failed(
                name, String.join(", ", running), "The switch would break it; let it finish."));
  }

  static Check space(Look look) {
    String name = "free space";
    List<String> seen = new ArrayList<>();
    boolean bad = false;
    boolean low = false;
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<Volume> volumes = facts(member).volumes();
      if (volumes == null) {
        bad = true;
        seen.add("not known on " + member.server());
        continue;
      }
      Volume least =
          volumes.stream()
              .min(java.util.Comparator.comparingDouble(ReadinessChecks::share))
              .orElseThrow();
      bad |= share(least) < 0.02;
      low |= share(least) < 0.1;
      seen.add(
          "%s of %s on %s"
              .formatted(bytes(least.freeBytes()), bytes(least.totalBytes()), member.server()));
    }
    String all = String.join(", ", seen);
    if (bad) {
      return limit(
          ease(Check.failed(name, all, "A full disk stops a server in the middle; make room.")),
          "2 %");
    }
    return low
        ? limit(Check.warning(name, all, "WAL is kept for the others while they follow."), "10 %")
        : Check.passed(name, all);
  }

  private static double share(Volume volume) {
    return volume.totalBytes() <= 0 ? 0 : (double) volume.freeBytes() / volume.totalBytes();
  }

  static Check rewindable(Look look) {
    String name = "the old primary could be rewound";
    ReadinessFacts primary = facts(look.primary());
    boolean hints = "on".equals(primary.setting("wal_log_hints"));
    boolean sums = "on".equals(primary.setting("data_checksums"));
    boolean pages = "on".equals(primary.setting("full_page_writes"));
    return (hints || sums) && pages
        ? Check.passed(name, sums ? "data checksums" : "wal_log_hints is on")
        : Check.warning(
            name,
            pages
                ? "neither wal_log_hints nor data checksums on " + server(look)
                : "full_page_writes is not on on " + server(look),
            "If it ever diverges it must be rebuilt; set wal_log_hints and restart.");
  }

  static Check notLower(Look look) {
    String name = "settings that a standby must not have lower";
    List<String> lower = new ArrayList<>();
    for (String setting : NOT_LOWER) {
      Integer wanted = number(look.candidate(), setting);
      for (Member member : look.followers()) {
        if (member.facts() == null) {
          continue;
        }
        Integer has = number(member, setting);
        if (wanted == null || has == null) {
          lower.add(setting + " is not known");
        } else if (has < wanted) {
          lower.add(
              "%s is %d on %s and %d on %s"
                  .formatted(setting, has, member.server(), wanted, candidate(look)));
        }
      }
    }
    return lower.isEmpty()
        ? Check.passed(name, String.join(", ", NOT_LOWER) + " are high enough everywhere")
        : ease(
            Check.failed(
                name,
                String.join("; ", lower),
                "It could not follow the new primary; raise them there and restart."));
  }

  static Check walLevel(Look look) {
    String name = "WAL level";
    String primary = facts(look.primary()).setting("wal_level");
    String candidate = facts(look.candidate()).setting("wal_level");
    return candidate != null && candidate.equals(primary) && !candidate.equals("minimal")
        ? Check.passed(name, candidate)
        : ease(
            Check.failed(
                name,
                "%s on %s, %s on %s"
                    .formatted(said(primary), server(look), said(candidate), candidate(look)),
                "Set wal_level alike on both and restart the standby."));
  }

  static Check room(Look look) {
    String name = "room for WAL senders and slots on the candidate";
    ReadinessFacts candidate = facts(look.candidate());
    Integer senders = number(look.candidate(), "max_wal_senders");
    Integer most = number(look.candidate(), "max_replication_slots");
    List<Slot> slots = candidate.slots();
    List<Standby> cascaded = candidate.standbys();
    if (senders == null || most == null || slots == null || cascaded == null) {
      return Check.failed(name, "not known", "Ask its settings and pg_replication_slots.");
    }
    int needed = look.followers().size();
    int freeSenders = senders - cascaded.size();
    // Ours are named by the member they serve and are taken again.
    int freeSlots =
        most - (int) slots.stream().filter(s -> !s.name().startsWith("matriarch_")).count();
    String seen =
        "%d senders and %d slots free, %d needed".formatted(freeSenders, freeSlots, needed);
    return freeSenders >= needed && freeSlots >= needed
        ? Check.passed(name, seen)
        : Check.failed(
            name,
            seen,
            "Raise max_wal_senders and max_replication_slots on %s and restart it."
                .formatted(candidate(look)));
  }

  static Check invalidSlots(Look look) {
    String name = "no slot is invalidated";
    List<String> wrong = new ArrayList<>();
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<Slot> slots = facts(member).slots();
      if (slots == null) {
        wrong.add("not known on " + member.server());
      } else {
        slots.stream()
            .filter(Slot::invalid)
            .forEach(s -> wrong.add(s.name() + " on " + member.server()));
      }
    }
    return wrong.isEmpty()
        ? Check.passed(name, "none")
        : Check.warning(
            name,
            String.join(", ", wrong),
            "Whoever reads such a slot must be set up again; drop it.");
  }

  static Check logicalSlots(Look look) {
    String name = "logical slots go along";
    List<Slot> primary = facts(look.primary()).slots();
    List<Slot> candidate = facts(look.candidate()).slots();
    if (primary == null || candidate == null) {
      return ease(Check.failed(name, "not known", "Ask pg_replication_slots on both."));
    }
    Predicate<Slot> synced =
        s ->
            candidate.stream()
                .anyMatch(
                    c ->
                        c.name().equals(s.name())
                            && Boolean.TRUE.equals(c.synced())
                            && !c.temporary()
                            && !c.invalid());
    List<String> lost =
        primary.stream()
            .filter(s -> s.logical() && !s.temporary() && !synced.test(s))
            .map(Slot::name)
            .toList();
    return lost.isEmpty()
        ? Check.passed(
            name,
            primary.stream().anyMatch(Slot::logical) ? "all are synchronised" : "there are none")
        : ease(
            Check.failed(
                name,
                "%s would be lost".formatted(String.join(", ", lost)),
                "Their readers would have to start anew; from PostgreSQL 17 on make them failover slots."));
  }

  static Check synchronous(Look look) {
    String name = "synchronous standbys of the candidate";
    String value = facts(look.candidate()).setting("synchronous_standby_names");
    if (value == null) {
      return ease(Check.failed(name, "not known", "Ask its synchronous_standby_names."));
    }
    if (value.isBlank()) {
      return Check.passed(name, "none are asked for");
    }
    Set<String> wanted = names(value);
    List<Standby> streaming = facts(look.primary()).standbys();
    Set<String> there =
        streaming == null
            ? Set.of()
            : streaming.stream()
                .filter(s -> s.state().equals("streaming"))
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    int needed = needed(value);
    boolean enough =
        (wanted.contains("*")
                ? look.followers().size()
                : wanted.stream().filter(there::contains).count())
            >= needed;
    return enough
        ? Check.passed(name, value)
        : ease(
            Check.failed(
                name,
                "commits will block if %d of %s do not stream from %s"
                    .formatted(needed, String.join(", ", wanted), candidate(look)),
                "Name standbys that will follow it in its synchronous_standby_names."));
  }

  private static int needed(String value) {
    Matcher matcher = SYNCHRONOUS.matcher(value);
    return matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 1;
  }

  private static Set<String> names(String value) {
    Matcher matcher = SYNCHRONOUS.matcher(value);
    String list =
        !matcher.matches() ? value : matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
    return Stream.of(Objects.requireNonNullElse(list, "").split(","))
        .map(n -> n.strip().replace("\"", "").toLowerCase(Locale.ROOT))
        .filter(n -> !n.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Check versions(Look look) {
    String name = "same version";
    Integer primary = facts(look.primary()).versionNum();
    Integer candidate = facts(look.candidate()).versionNum();
    String seen =
        "%s on %s, %s on %s"
            .formatted(
                said(facts(look.primary()).version()),
                server(look),
                said(facts(look.candidate()).version()),
                candidate(look));
    if (primary == null || candidate == null || primary / 10_000 != candidate / 10_000) {
      return Check.failed(name, seen, "Streaming needs one major version.");
    }
    return primary.equals(candidate)
        ? Check.passed(name, said(facts(look.primary()).version()))
        : Check.warning(name, seen, "Update the older one when it can be spared.");
  }

  static Check collations(Look look) {
    String name = "same collations";
    ReadinessFacts primary = facts(look.primary());
    ReadinessFacts candidate = facts(look.candidate());
    String here = primary.collation();
    String there = candidate.collation();
    if (!Objects.equals(here, there)) {
      return ease(
          Check.failed(
              name,
              "version %s on %s, %s on %s"
                  .formatted(said(here), server(look), said(there), candidate(look)),
              "Indexes on text may be wrong on the candidate; give both one operating system."));
    }
    List<String> changed = new ArrayList<>();
    for (ReadinessFacts each : List.of(primary, candidate)) {
      changed.addAll(Objects.requireNonNullElse(each.collationChanged(), List.of()));
      for (Database database : Objects.requireNonNullElse(each.inside(), List.<Database>of())) {
        database.collationChanged().stream()
            .map(c -> database.name() + "." + c)
            .forEach(changed::add);
      }
    }
    if (!changed.isEmpty()) {
      return Check.warning(
          name,
          "changed since they were recorded: "
              + changed.stream().distinct().limit(5).collect(Collectors.joining(", ")),
          "Reindex what sorts by them, then refresh the version.");
    }
    if (here == null) {
      return Integer.valueOf(0).equals(primary.sortedBySystem())
          ? Check.passed(name, "no database sorts by the operating system")
          : Check.warning(name, "not known", "Compare the C libraries of both hosts.");
    }
    return Check.passed(name, "version " + here);
  }

  static Check extensions(Look look) {
    String name = "extensions and libraries are on the candidate";
    List<String> available = facts(look.candidate()).available();
    List<Database> inside = facts(look.primary()).inside();
    String here = facts(look.primary()).setting("shared_preload_libraries");
    String there = facts(look.candidate()).setting("shared_preload_libraries");
    if (available == null || inside == null || inside.isEmpty() || here == null || there == null) {
      return ease(Check.failed(name, "not known", "Compare pg_available_extensions."));
    }
    Set<String> missing = new TreeSet<>();
    inside.forEach(d -> missing.addAll(d.extensions()));
    available.forEach(missing::remove);
    Set<String> libraries = new TreeSet<>(libraries(here));
    libraries.removeAll(libraries(there));
    missing.addAll(libraries);
    if (!missing.isEmpty()) {
      return ease(
          Check.failed(
              name,
              "missing on %s: %s".formatted(candidate(look), String.join(", ", missing)),
              "Install the packages there and set shared_preload_libraries alike."));
    }
    return partly(look, inside.size())
        ? Check.warning(name, looked(look, inside.size()), "Compare the other databases by hand.")
        : Check.passed(name, "none is missing");
  }

  private static Set<String> libraries(String value) {
    return Stream.of(value.split(","))
        .map(l -> l.strip().replace("\"", "").replaceFirst("^\\$libdir/", ""))
        .filter(l -> !l.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Check unlogged(Look look) {
    String name = "no unlogged tables";
    List<Database> inside = facts(look.primary()).inside();
    String remedy = "They are empty after the switch.";
    if (inside == null || inside.isEmpty()) {
      return Check.warning(name, "not known", remedy);
    }
    List<String> found =
        inside.stream()
            .filter(d -> d.unlogged() > 0)
            .map(d -> "%d in %s".formatted(d.unlogged(), d.name()))
            .toList();
    if (!found.isEmpty()) {
      return Check.warning(name, String.join(", ", found), remedy);
    }
    return partly(look, inside.size())
        ? Check.warning(name, looked(look, inside.size()), remedy)
        : Check.passed(name, "none");
  }

  private static boolean partly(Look look, int seen) {
    Integer all = facts(look.primary()).databases();
    return all == null || all > seen;
  }

  private static String looked(Look look, int seen) {
    return "%d of %s databases were looked into"
        .formatted(seen, said(facts(look.primary()).databases()));
  }

  static Check subscriptions(Look look) {
    Integer count = facts(look.primary()).subscriptions();
    String name = "no subscriptions";
    return Integer.valueOf(0).equals(count)
        ? Check.passed(name, "none")
        : Check.warning(
            name,
            count == null ? "not known" : count + " enabled",
            "They start on the new primary; their publisher must let it in.");
  }

  static Check scheduled(Look look) {
    String name = "no jobs of pg_cron";
    String there = facts(look.candidate()).setting("shared_preload_libraries");
    return there != null && !libraries(there).contains("pg_cron")
        ? Check.passed(name, "pg_cron is not loaded on " + candidate(look))
        : Check.warning(
            name,
            there == null ? "not known" : "pg_cron is loaded on " + candidate(look),
            "Its jobs start there as soon as it is primary.");
  }

  static Check readOnly(Look look) {
    String name = "new sessions on the candidate may write";
    String value = facts(look.candidate()).setting("default_transaction_read_only");
    return "off".equals(value)
        ? Check.passed(name, "default_transaction_read_only is off")
        : Check.failed(
            name,
            "default_transaction_read_only is " + said(value),
            "Set it to off there, else no client can write after the switch.");
  }

  static Check targetTimeline(Look look) {
    String name = "standbys follow the latest timeline";
    List<String> wrong =
        look.members().stream()
            .filter(m -> m.facts() != null)
            .filter(m -> !"latest".equals(facts(m).setting("recovery_target_timeline")))
            .map(
                m ->
                    "recovery_target_timeline is %s on %s"
                        .formatted(said(facts(m).setting("recovery_target_timeline")), m.server()))
            .toList();
    return wrong.isEmpty()
        ? Check.passed(name, "recovery_target_timeline is latest everywhere")
        : Check.failed(
            name, String.join(", ", wrong), "Set it to latest and restart, else it cannot follow.");
  }

  static Check pendingRestart(Look look) {
    String name = "no setting waits for a restart";
    List<String> waiting = new ArrayList<>();
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<String> pending = facts(member).pendingRestart();
      if (pending == null) {
        waiting.add("not known of " + member.server());
      } else if (!pending.isEmpty()) {
        waiting.add("%s on %s".formatted(String.join(", ", pending), member.server()));
      }
    }
    return waiting.isEmpty()
        ? Check.passed(name, "none")
        : Check.warning(
            name, String.join("; ", waiting), "The old primary restarts with it in the switch.");
  }

  static Check hba(Look look) {
    String name = "pg_hba.conf can be read";
    List<String> wrong = new ArrayList<>();
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<String> errors = facts(member).hbaErrors();
      if (errors == null) {
        wrong.add("not known of " + member.server());
      } else if (!errors.isEmpty()) {
        wrong.add("%s: %s".formatted(member.server(), String.join("; ", errors)));
      }
    }
    return wrong.isEmpty()
        ? Check.passed(name, "no errors")
        : Check.warning(
            name,
            String.join(", ", wrong),
            "A reload keeps the old rules and a restart fails; mend the file.");
  }

  static Check clocks(Look look) {
    String name = "clocks agree";
    Instant primary = facts(look.primary()).clock();
    Instant candidate = facts(look.candidate()).clock();
    if (primary == null || candidate == null) {
      return Check.warning(name, "not known", "Compare the clocks of both hosts.");
    }
    // Each was read some seconds before we noted when, so only the difference tells.
    Duration apart =
        Duration.between(look.primary().at(), primary)
            .minus(Duration.between(look.candidate().at(), candidate))
            .abs();
    return apart.compareTo(MOST_SKEW) > 0
        ? limit(
            Check.warning(
                name,
                "%d s apart".formatted(apart.toSeconds()),
                "Mend NTP; times of commits and logs mislead meanwhile."),
            MOST_SKEW.toSeconds() + " s")
        : Check.passed(name, "within %d s".formatted(MOST_SKEW.toSeconds()));
  }

  static List<Check> ways(Look look) {
    List<String[]> wanted = new ArrayList<>();
    wanted.add(new String[] {server(look), candidate(look)});
    wanted.add(new String[] {candidate(look), server(look)});
    look.others().forEach(o -> wanted.add(new String[] {o.server(), candidate(look)}));
    return wanted.stream().map(pair -> way(look, pair[0], pair[1])).toList();
  }

  private static Check way(Look look, String from, String to) {
    String name = "%s may stream from %s".formatted(from, to);
    return look.ways().stream()
        .filter(w -> w.from().equals(from) && w.to().equals(to))
        .findFirst()
        .map(
            w ->
                w.trouble() == null
                    ? Check.passed(name, "a real connection was taken")
                    : Check.failed(
                        name,
                        w.trouble(),
                        "Mend pg_hba.conf, role or password on %s for connections from %s."
                            .formatted(to, from)))
        .orElseGet(
            () ->
                Check.failed(
                    name,
                    "not tried",
                    "It needs the candidate's primary_conninfo and both hosts."));
  }

  static Check managers(Look look) {
    String name = "no other manager in charge";
    List<String> managed =
        look.members().stream()
            .filter(m -> m.manager() != null)
            .map(m -> "%s runs %s".formatted(m.manager(), m.server()))
            .toList();
    return managed.isEmpty()
        ? Check.passed(name, "none seen")
        : Check.failed(
                name, String.join(", ", managed), "Use its own command; it would undo what we do.")
            .overruledBy(InstanceChecks.IGNORE_MANAGER);
  }

  static Check ownRecords(Look look) {
    String name = "not the herd that holds our own records";
    String own = look.ownIdentifier();
    boolean same =
        own != null
            && look.members().stream()
                .anyMatch(m -> m.facts() != null && own.equals(facts(m).systemIdentifier()));
    return own != null && !same
        ? Check.passed(name, "our database is another cluster")
        : Check.failed(
            name,
            own == null ? "our own system identifier is not known" : "this console runs on it",
            "A console cannot record what it does while its own database is switched; do it by hand.");
  }

  static Check busy(Look look) {
    String busy = look.busy();
    String name = "no job runs on the herd";
    return busy == null
        ? Check.passed(name, "none")
        : Check.failed(name, busy, "Wait until it has ended.");
  }

  private static Check limit(Check check, String threshold) {
    return new Check(
        check.name(),
        check.outcome(),
        check.seen(),
        threshold,
        check.observedAt(),
        check.remedy(),
        check.overruledBy());
  }

  private static Check ease(Check failed) {
    return failed.overruledBy(IGNORE_READINESS);
  }

  private static ReadinessFacts facts(Member member) {
    return Objects.requireNonNull(member.facts());
  }

  private static String server(Look look) {
    return look.primary().server();
  }

  private static String candidate(Look look) {
    return look.candidate().server();
  }

  private static @Nullable Integer number(Member member, String setting) {
    String value = facts(member).setting(setting);
    return value != null && value.matches("[0-9]{1,9}") ? Integer.valueOf(value) : null;
  }

  private static String said(@Nullable Object value) {
    return value == null ? "not known" : value.toString();
  }

  private static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
