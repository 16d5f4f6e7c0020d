package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts.Volume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Whether data and WAL of both sides have room. */
final class SpaceReadiness {

  private static final double LEAST_SHARE = 0.02;
  private static final double LITTLE_SHARE = 0.1;

  /** A few segments of WAL; below it a server stops within moments, however small its disk. */
  private static final long LEAST = 64L << 20;

  /** A large disk is not full with this much left, whatever share that is. */
  private static final long PLENTY = 50L << 30;

  private SpaceReadiness() {}

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
          volumes.stream().min(Comparator.comparingDouble(SpaceReadiness::share)).orElseThrow();
      bad |= volumes.stream().anyMatch(SpaceReadiness::isFull);
      low |= share(least) < LITTLE_SHARE && least.freeBytes() < PLENTY;
      seen.add(
          "%s of %s%s on %s"
              .formatted(
                  Looked.bytes(least.freeBytes()),
                  Looked.bytes(least.totalBytes()),
                  of(least, volumes),
                  member.server()));
    }
    String all = String.join(", ", seen);
    if (bad) {
      return Looked.limit(
          Looked.ease(
              Check.failed(name, all, "A full disk stops a server in the middle; make room.")),
          "2 % and " + Looked.bytes(LEAST));
    }
    return low
        ? Looked.limit(
            Check.warning(name, all, "WAL is kept for the others while they follow."), "10 %")
        : Check.passed(name, all);
  }

  /** Whose they are, if that can be told apart. */
  private static String of(Volume least, List<Volume> volumes) {
    return volumes.getFirst().equals(volumes.getLast())
        ? ""
        : least.equals(volumes.getFirst()) ? " for data" : " for WAL";
  }

  private static boolean isFull(Volume volume) {
    return volume.freeBytes() < LEAST
        || (share(volume) < LEAST_SHARE && volume.freeBytes() < PLENTY);
  }

  private static double share(Volume volume) {
    return volume.totalBytes() <= 0 ? 0 : (double) volume.freeBytes() / volume.totalBytes();
  }
}
