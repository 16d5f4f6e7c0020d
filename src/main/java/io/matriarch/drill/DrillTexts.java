package io.matriarch.drill;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a drill is told, on screen and on paper alike. */
public final class DrillTexts {

  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;

  private DrillTexts() {}

  /** "145 ms", "3.2 s", "2 min 5 s", or "-" if it is not known. */
  public static String millis(@Nullable Long millis) {
    if (millis == null) {
      return "-";
    }
    if (millis < SECOND) {
      return millis + " ms";
    }
    return millis < MINUTE
        ? "%.1f s".formatted(millis / (double) SECOND)
        : "%d min %d s".formatted(millis / MINUTE, millis % MINUTE / SECOND);
  }

  /** How long clients waited; an asterisk where no probe felt it. */
  public static String stall(DrillLeg leg) {
    return millis(leg.stallMillis())
        + (leg.stallMillis() != null && leg.feltMillis() == null ? " *" : "");
  }

  /** What the probes felt, in a sentence. */
  public static String felt(DrillLeg leg) {
    if (leg.feltMillis() == null) {
      return leg.downMillis() == null
          ? "Nothing was measured."
          : "No probe wrote; for %s no member was primary.".formatted(millis(leg.downMillis()));
    }
    return "A probe waited %s at longest; %s of %d writes failed."
        .formatted(
            millis(leg.feltMillis()),
            leg.failed() == null || leg.failed() == 0 ? "none" : leg.failed(),
            Objects.requireNonNullElse(leg.writes(), 0L));
  }

  /** Why nothing was lost, in a sentence. */
  public static String kept(DrillLeg leg) {
    return leg.replayed() == null || !leg.isOver()
        ? "Nothing was promoted under a proof of this run."
        : "None lost: the new primary had replayed %s, where the former one ended."
            .formatted(leg.replayed());
  }

  /** "0 B" where every way that was gone is proven to have lost nothing. */
  public static String lost(DrillRow herd) {
    DrillLeg back = herd.back();
    boolean proven =
        herd.out().replayed() != null
            && (back == null || !back.isOver() || back.replayed() != null);
    return proven && herd.out().isOver() ? "0 B" : "-";
  }

  /** How the whole drill ended, in a sentence. */
  public static String verdict(DrillJobRow drill) {
    String herds = drill.herds() == 1 ? "1 herd" : drill.herds() + " herds";
    return switch (drill.state()) {
      case PASSED ->
          drill.objectiveMillis() == null
              ? "Passed: %s went and came back; no objective is set to hold the stall against."
                  .formatted(herds)
              : "Passed: %s went and came back within the objective.".formatted(herds);
      case MISSED ->
          "Missed: all are back, but %d of %s missed the objective, lost writes or left a step over."
              .formatted(drill.missed(), herds);
      case NOT_SWITCHED ->
          "Not complete: %d of %s stayed at home.".formatted(drill.failedHerds(), herds);
      case NOT_BACK ->
          "Not over: %d of %s did not do what was asked; at least one is still at its DR site."
              .formatted(drill.failedHerds(), herds);
      case WAITING -> drill.scheduled() ? "Scheduled." : "Under way: some herds wait.";
      case SWITCHING, RETURNING -> "Under way: herds are being switched.";
      case HOLDING -> "Under way: holding at the DR site.";
    };
  }

  static String or(@Nullable String text, String other) {
    return text == null ? other : text;
  }
}
