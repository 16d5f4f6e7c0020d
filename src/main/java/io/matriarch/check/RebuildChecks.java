package io.matriarch.check;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.util.ArrayList;
import java.util.List;

/** What must hold before a member is rebuilt, and what that is expected to take. */
public final class RebuildChecks {

  /** What a base backup reads at the least, over one ordinary network card. */
  private static final long BYTES_PER_SECOND = 100_000_000;

  private RebuildChecks() {}

  public static List<Check> of(Instance target, Fleet fleet) {
    List<Check> checks = new ArrayList<>(RewindChecks.of(target, fleet));
    fleet.primaryOf(target.herdId()).ifPresent(p -> checks.add(expected(target, p)));
    return checks;
  }

  private static Check expected(Instance target, Instance primary) {
    return Check.passed("what it is expected to take", way(target, primary))
        .observedAt(target.seenAt());
  }

  private static String way(Instance target, Instance primary) {
    String copy = copy(primary);
    Integer own = target.lastTold().timeline();
    Integer theirs = primary.lastTold().timeline();
    if (own == null || theirs == null) {
      return "not known, since a timeline is not known; at worst " + copy;
    }
    boolean standby = target.state() instanceof InstanceState.Standby;
    if (own.equals(theirs)) {
      return "it is on the primary's timeline %d, so it follows as it is if the primary still has the WAL it needs; at worst %s"
          .formatted(theirs, copy);
    }
    return "it is on timeline %d and the primary on %d: %s; at worst %s"
        .formatted(
            own,
            theirs,
            standby
                ? "it follows as it is, or is rewound if it has gone past the fork"
                : "it is rewound if it has gone past the fork",
            copy);
  }

  private static String time(long seconds) {
    return seconds < 120
        ? Math.max(1, seconds) + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  static String copy(Instance primary) {
    Long size = primary.sizeBytes();
    if (size == null) {
      return "a base backup of unknown size";
    }
    return "a base backup of %s, about %s at 100 MB/s"
        .formatted(Looked.bytes(size), time(size / BYTES_PER_SECOND));
  }
}
