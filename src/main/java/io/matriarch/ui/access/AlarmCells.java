package io.matriarch.ui.access;

import io.matriarch.alarm.Attempt;
import io.matriarch.alarm.DeliveryRow;
import io.matriarch.alarm.ReceiverRow;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.Notices;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How receivers and deliveries are worded and coloured. */
final class AlarmCells {

  private AlarmCells() {}

  static StateText state(ReceiverRow row) {
    return state(row.state(), row.lastAnswer());
  }

  static StateText state(DeliveryRow row) {
    return state(row.state(), row.answer());
  }

  private static StateText state(String word, @Nullable String answer) {
    String reason = Objects.requireNonNullElse(answer, "");
    return switch (word) {
      case "delivered" -> new StateText(word, Tone.DONE, reason);
      case "waiting" -> new StateText(word, Tone.BUSY, "It has yet to be sent");
      case "retrying" -> new StateText(word, Tone.WARN, reason);
      case "given up" -> new StateText(word, Tone.BAD, reason);
      case "disabled" -> new StateText(word, Tone.IDLE, "Nothing is sent to it");
      default -> new StateText(word, Tone.IDLE, "No problem of its kind opened or ended yet");
    };
  }

  static Cell cell(StateText state) {
    return Cell.of(state.word()).tone(state.tone()).title(state.reason());
  }

  /** As the page of problems words it. */
  static @Nullable String kind(DeliveryRow row) {
    return row.kind() == null ? null : row.kind().replace('-', ' ');
  }

  /** "critical problems of prod, 3 kinds". */
  static String tells(ReceiverRow row) {
    List<String> kinds = row.problemKinds();
    return (row.leastSeverity().equals("critical") ? "critical problems" : "all problems")
        + (row.environment() == null ? "" : " of " + row.environment())
        + (kinds.isEmpty()
            ? ""
            : kinds.size() == 1 ? ": " + kinds.getFirst() : ", %d kinds".formatted(kinds.size()));
  }

  /** Says what came of a test. */
  static void tested(String name, Attempt attempt) {
    if (attempt.delivered()) {
      Notices.good("%s took the test: %s.".formatted(name, attempt.answer()));
    } else {
      Notices.bad("%s did not take the test: %s.".formatted(name, attempt.answer()));
    }
  }
}
