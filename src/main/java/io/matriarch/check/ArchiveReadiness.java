package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Archive;
import io.matriarch.postgres.ReadinessFacts.Waiting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether archive and backups are fit for a change of primaries. */
final class ArchiveReadiness {

  private static final int MOST_WAITING = 100;
  private static final long LONGEST_WAITING = 600;
  private static final int SOME_WAITING = 16;
  private static final long SOME_TIME = 120;

  /** What a tool of backups needs to know of a new primary. */
  private static final Map<String, String> BACKUPS =
      Map.of(
          "pgbackrest",
          "its repository host must name both servers (pg1-host, pg2-host), else backups stay with %s",
          "barman-wal-archive",
          "barman reads from the host in its own configuration, which must be led to %2$s",
          "barman-cloud-wal-archive",
          "base backups are begun on %1$s itself and must be begun on %2$s",
          "wal-g",
          "base backups are begun on %1$s itself and must be begun on %2$s",
          "wal-e",
          "base backups are begun on %1$s itself and must be begun on %2$s",
          "pg_probackup",
          "its catalogue must name %2$s");

  private ArchiveReadiness() {}

  static Check archiver(Look look) {
    String name = "the primary archives";
    Boolean failing = Looked.facts(look.primary()).archiverFailing();
    return Boolean.FALSE.equals(failing)
        ? Check.passed(
            name,
            isOff(look.primary()) ? "archive_mode is off" : "no failure since the last success")
        : Looked.ease(
            Check.failed(
                name,
                failing == null
                    ? "not known"
                    : "the archiver fails, last on "
                        + Looked.facts(look.primary()).archiverFailedWal(),
                "A clean stop waits for the archiver; mend archive_command first."));
  }

  static Check behind(Look look) {
    String name = "the archiver keeps up";
    Waiting waiting = Looked.facts(look.primary()).waiting();
    if (isOff(look.primary())) {
      return Check.passed(name, "archive_mode is off");
    }
    if (waiting == null) {
      return Looked.ease(Check.failed(name, "not known", "Ask the primary's pg_stat_archiver."));
    }
    String seen =
        waiting.segments() == 0
            ? "nothing waits on " + Looked.server(look)
            : "%s on %s, the oldest for %d s"
                .formatted(
                    waiting.segments() == 1
                        ? "1 segment waits"
                        : waiting.segments() + " segments wait",
                    Looked.server(look),
                    waiting.seconds());
    if (waiting.segments() >= MOST_WAITING || waiting.seconds() >= LONGEST_WAITING) {
      return Looked.limit(
          Looked.ease(
              Check.failed(
                  name,
                  seen,
                  "A clean stop waits until they are archived, and clients with it; let it catch up.")),
          "%d segments, %d s".formatted(MOST_WAITING, LONGEST_WAITING));
    }
    return waiting.segments() >= SOME_WAITING || waiting.seconds() >= SOME_TIME
        ? Looked.limit(
            Check.warning(name, seen, "A clean stop waits until they are archived."),
            "%d segments, %d s".formatted(SOME_WAITING, SOME_TIME))
        : Check.passed(name, seen);
  }

  private static boolean isOff(Member member) {
    return "off".equals(Looked.facts(member).setting("archive_mode"));
  }

  static Check archiveMode(Look look) {
    String name = "the candidate would archive too";
    String primary = Looked.facts(look.primary()).setting("archive_mode");
    String candidate = Looked.facts(look.candidate()).setting("archive_mode");
    return primary != null
            && candidate != null
            && (primary.equals("off") || !candidate.equals("off"))
        ? Check.passed(name, "archive_mode %s there, %s here".formatted(candidate, primary))
        : Check.warning(
            name,
            "archive_mode is %s on %s and %s on %s"
                .formatted(
                    Looked.said(primary),
                    Looked.server(look),
                    Looked.said(candidate),
                    Looked.candidate(look)),
            "After the switch no WAL would be archived; set it and restart the standby.");
  }

  /** Never says more of a command than its program: it may hold secrets. */
  static Check archiveCommand(Look look) {
    String name = "the candidate archives as the primary does";
    ReadinessFacts candidate = Looked.facts(look.candidate());
    if (isOff(look.primary()) || isOff(look.candidate())) {
      return Check.passed(
          name,
          "archive_mode is off on "
              + (isOff(look.primary()) ? Looked.server(look) : Looked.candidate(look)));
    }
    Archive here = Looked.facts(look.primary()).archive();
    Archive there = candidate.archive();
    if (here == null || there == null || candidate.setting("archive_mode") == null) {
      return Check.warning(name, "not known", "Compare archive_command on both.");
    }
    String seen =
        "%s on %s, %s on %s"
            .formatted(means(here), Looked.server(look), means(there), Looked.candidate(look));
    if (isNothing(there)) {
      return isNothing(here)
          ? Check.warning(name, seen, "WAL is kept and archived nowhere; set archive_command.")
          : Looked.ease(
              Check.failed(
                  name,
                  seen,
                  "The new primary would keep all its WAL until the disk is full; set archive_command there."));
    }
    if (!there.library().equals(here.library())
        || !there.tool().equals(here.tool())
        || there.discards() != here.discards()) {
      return Check.warning(
          name, seen, "The archive would go on by other means; see that a restore finds both.");
    }
    if (Boolean.FALSE.equals(there.present())) {
      return Check.warning(
          name,
          "%s is not found on %s".formatted(there.program(), Looked.candidate(look)),
          "Install it there, else the new primary cannot archive.");
    }
    return Check.passed(name, alike(here, there) + follow(look, there));
  }

  private static boolean isNothing(Archive archive) {
    return archive.library().isEmpty() && !archive.set();
  }

  private static String means(Archive archive) {
    if (isNothing(archive)) {
      return "neither archive_command nor archive_library";
    }
    if (!archive.library().isEmpty()) {
      return "library " + archive.library();
    }
    return archive.discards()
        ? "a command that throws WAL away"
        : archive.tool().isEmpty() ? "a command" : "a command with " + archive.tool();
  }

  private static String alike(Archive here, Archive there) {
    return "%s on both%s"
        .formatted(
            means(there),
            here.digest().equals(there.digest()) ? ", the same" : ", with other arguments");
  }

  /** A remark: whether backups follow is known only where they are set up. */
  private static String follow(Look look, Archive archive) {
    String remark = archive.library().isEmpty() ? BACKUPS.get(archive.tool()) : null;
    return remark == null
        ? ""
        : "; " + remark.formatted(Looked.server(look), Looked.candidate(look));
  }

  static Check backups(Look look) {
    String name = "no base backup runs";
    List<String> running =
        Stream.of(look.primary(), look.candidate())
            .filter(m -> !Integer.valueOf(0).equals(Looked.facts(m).backups()))
            .map(ArchiveReadiness::backup)
            .toList();
    return running.isEmpty()
        ? Check.passed(name, "none")
        : Looked.ease(
            Check.failed(
                name, String.join(", ", running), "The switch would break it; let it finish."));
  }

  private static String backup(Member member) {
    @Nullable Integer backups = Looked.facts(member).backups();
    return backups == null
        ? "not known of " + member.server()
        : "one is taken from " + member.server();
  }
}
