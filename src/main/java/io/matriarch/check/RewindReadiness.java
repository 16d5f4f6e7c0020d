package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Rewinders;
import io.matriarch.postgres.ReadinessFacts.Slot;
import java.util.List;

/** Whether the old primary could be rewound, should it ever diverge. */
final class RewindReadiness {

  private RewindReadiness() {}

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

  static Check role(Look look) {
    String name = "a role may rewind from the candidate";
    Rewinders rewinders = Looked.facts(look.candidate()).rewinders();
    if (rewinders == null) {
      return Check.warning(name, "not known", "See who may execute pg_read_binary_file there.");
    }
    if (rewinders.may() || !rewinders.others().isEmpty()) {
      return Check.passed(
          name,
          rewinders.may()
              ? rewinders.role() + ", which standbys stream with"
              : String.join(", ", rewinders.others()));
    }
    return Check.warning(
        name,
        "neither %s nor another role but superusers".formatted(rewinders.role()),
        "Grant execute on pg_ls_dir, pg_stat_file and both pg_read_binary_file that pg_rewind needs, or the old primary must be rebuilt.");
  }

  static Check retained(Look look) {
    String name = "WAL is kept for a rewind";
    ReadinessFacts primary = Looked.facts(look.primary());
    Integer keep = Looked.number(look.primary(), "wal_keep_size");
    List<Slot> slots = primary.slots();
    Boolean restores = primary.restores();
    if (keep != null && keep > 0) {
      return Check.passed(name, "wal_keep_size is %d MB".formatted(keep));
    }
    if (slots != null && slots.stream().anyMatch(RewindReadiness::keeps)) {
      return Check.passed(name, "slots on " + Looked.server(look));
    }
    if (Boolean.TRUE.equals(restores)) {
      return Check.passed(name, "restore_command is set on " + Looked.server(look));
    }
    return Check.warning(
        name,
        keep == null || slots == null || restores == null
            ? "not known"
            : "neither wal_keep_size, nor a slot, nor restore_command on " + Looked.server(look),
        "The WAL since the fork may be gone when it is needed; set wal_keep_size.");
  }

  private static boolean keeps(Slot slot) {
    return !slot.logical() && !slot.temporary() && !slot.invalid();
  }
}
