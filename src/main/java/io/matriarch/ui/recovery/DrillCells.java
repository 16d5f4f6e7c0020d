package io.matriarch.ui.recovery;

import io.matriarch.drill.DrillLeg;
import io.matriarch.drill.DrillState;
import io.matriarch.drill.DrillTexts;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import org.jspecify.annotations.Nullable;

/** How states and figures of drills are shown. */
final class DrillCells {

  private DrillCells() {}

  static StateText state(DrillState state) {
    return switch (state) {
      case WAITING -> StateText.of(state.word(), Tone.IDLE);
      case SWITCHING, RETURNING, HOLDING -> StateText.of(state.word(), Tone.BUSY);
      case PASSED -> StateText.of(state.word(), Tone.DONE);
      case MISSED ->
          new StateText(
              state.word(),
              Tone.WARN,
              "It is back, but clients waited longer than the objective, writes failed or a step was left over");
      case NOT_SWITCHED -> new StateText(state.word(), Tone.WARN, "It stayed at home");
      case NOT_BACK ->
          new StateText(
              state.word(), Tone.BAD, "It is at its DR site until somebody switches it back");
    };
  }

  static Cell cell(DrillState state) {
    StateText text = state(state);
    return Cell.of(text.word()).tone(text.tone()).title(text.reason());
  }

  /** The stall of a drill or herd, marked if it is longer than the objective. */
  static Cell stall(@Nullable Long millis, @Nullable Long objective) {
    Cell cell = Cell.of(millis == null ? null : DrillTexts.millis(millis));
    if (millis == null || objective == null) {
      return cell;
    }
    return millis > objective
        ? cell.tone(Tone.WARN).title("The objective is " + DrillTexts.millis(objective))
        : cell.title("The objective is " + DrillTexts.millis(objective));
  }

  static Cell leg(@Nullable DrillLeg leg, @Nullable Long objective) {
    if (leg == null) {
      return Cell.of(null);
    }
    Cell cell = stall(leg.stallMillis(), objective);
    return leg.feltMillis() == null && leg.stallMillis() != null
        ? cell.aside("no probe").title("From the stop of one primary to the promotion of the next")
        : cell;
  }

  static Cell failed(@Nullable Long failed) {
    return failed == null
        ? Cell.of(null).title("No probe wrote")
        : failed == 0 ? Cell.of("0") : Cell.of(Long.toString(failed)).tone(Tone.WARN);
  }
}
