package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether backups, archive and disks are fit for a change of primaries. */
final class ArchiveReadiness {

  private ArchiveReadiness() {}

  static Check archiver(Look look) {
    String name = "the primary archives";
    Boolean failing = Looked.facts(look.primary()).archiverFailing();
    return Boolean.FALSE.equals(failing)
        ? Check.passed(
            name,
            "off".equals(Looked.facts(look.primary()).setting("archive_mode"))
                ? "archive_mode is off"
                : "no failure since the last success")
        : Looked.ease(
            Check.failed(
                name,
                failing == null
                    ? "not known"
                    : "the archiver fails, last on "
                        + Looked.facts(look.primary()).archiverFailedWal(),
                "A clean stop waits for the archiver; mend archive_command first."));
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

  static Check backups(Look look) {
    String name = "no base backup runs";
    List<String> running =
        Stream.of(look.primary(), look.candidate())
            .filter(m -> !Integer.valueOf(0).equals(Looked.facts(m).backups()))
            .map(
                m ->
                    Looked.facts(m).backups() == null
                        ? "not known of " + m.server()
                        : "one is taken from " + m.server())
            .toList();
    return running.isEmpty()
        ? Check.passed(name, "none")
        : Looked.ease(
            Check.failed(
                name, String.join(", ", running), "The switch would break it; let it finish."));
  }

  static Check space(Look look) {
    String name = "free space";
    List<String> seen = new ArrayList<>();
    boolean bad = false;
    boolean low = false;
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<Volume> volumes = Looked.facts(member).volumes();
      if (volumes == null) {
        bad = true;
        seen.add("not known on " + member.server());
        continue;
      }
      Volume least =
          volumes.stream()
              .min(java.util.Comparator.comparingDouble(ArchiveReadiness::share))
              .orElseThrow();
      bad |= share(least) < 0.02;
      low |= share(least) < 0.1;
      seen.add(
          "%s of %s on %s"
              .formatted(
                  Looked.bytes(least.freeBytes()),
                  Looked.bytes(least.totalBytes()),
                  member.server()));
    }
    String all = String.join(", ", seen);
    if (bad) {
      return Looked.limit(
          Looked.ease(
              Check.failed(name, all, "A full disk stops a server in the middle; make room.")),
          "2 %");
    }
    return low
        ? Looked.limit(
            Check.warning(name, all, "WAL is kept for the others while they follow."), "10 %")
        : Check.passed(name, all);
  }

  private static double share(Volume volume) {
    return volume.totalBytes() <= 0 ? 0 : (double) volume.freeBytes() / volume.totalBytes();
  }

  static Check rewindable(Look look) {
    String name = "the old primary could be rewound";
    ReadinessFacts primary = Looked.facts(look.primary());
    boolean hints = "on".equals(primary.setting("wal_log_hints"));
    boolean sums = "on".equals(primary.setting("data_checksums"));
    boolean pages = "on".equals(primary.setting("full_page_writes"));
    return (hints || sums) && pages
        ? Check.passed(name, sums ? "data checksums" : "wal_log_hints is on")
        : Check.warning(
            name,
            pages
                ? "neither wal_log_hints nor data checksums on " + Looked.server(look)
                : "full_page_writes is not on on " + Looked.server(look),
            "If it ever diverges it must be rebuilt; set wal_log_hints and restart.");
  }
}
