package io.matriarch.ui.fleet;

import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.ServerRow;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the conditions of instances and servers are worded and coloured, everywhere. */
final class States {

  /** Lag beyond one WAL segment is coloured. */
  private static final long SEGMENT = 16L << 20;

  private States() {}

  static StateText of(InstanceRow row) {
    String reason = Objects.requireNonNullElse(row.stateReason(), "");
    if (row.missingSince() != null) {
      return new StateText("gone", Tone.BAD, "Its server's last reports no longer list it");
    }
    if (row.freshness().equals("silent")) {
      return new StateText(
          "silent", Tone.BAD, "No report and no probe for more than ten intervals");
    }
    return switch (row.state()) {
      case "stopped" -> new StateText("stopped", Tone.IDLE, reason);
      case "primary", "standby" ->
          row.freshness().equals("stale")
              ? new StateText("stale", Tone.WARN, "The last report is older than two intervals")
              : StateText.of("online", Tone.OK);
      default -> new StateText("unreachable", Tone.BAD, reason);
    };
  }

  static Field.Cell role(InstanceRow row) {
    Field.Cell cell =
        switch (row.role()) {
          case "primary" -> Field.Cell.of("Primary").strong();
          case "standby" -> Field.Cell.of("Standby");
          default -> Field.Cell.of("unknown").tone(Tone.PLAIN);
        };
    if (row.fenced()) {
      return cell.aside("fenced").title("Kept from writing until it is rewound or unfenced");
    }
    return row.copy() ? cell.aside("copy").title(copyOf(row)) : cell;
  }

  /** "db3:5432", or its directory while it has no port. */
  static String name(InstanceRow row) {
    return row.server() + (row.port() == null ? " " + row.dataDirectory() : ":" + row.port());
  }

  /** "prod/orders". */
  static String herd(InstanceRow row) {
    return Objects.requireNonNullElse(row.environment(), "unassigned") + "/" + row.herd();
  }

  /** "copy of prod/orders". */
  static String copyOf(InstanceRow row) {
    return "copy of " + herd(row);
  }

  static Field.Cell lag(InstanceRow row) {
    return row.role().equals("standby") ? lag(row.lagBytes()) : Field.Cell.of(null);
  }

  static Field.Cell lag(@Nullable Long bytes) {
    if (bytes == null) {
      return Field.Cell.of("unknown").tone(Tone.PLAIN).title("A position is missing on one side");
    }
    if (bytes < 0) {
      return Field.Cell.of(Figures.bytes(-bytes) + " ahead")
          .title("Ahead of an older sample of the primary");
    }
    return Field.Cell.of(Figures.bytes(bytes));
  }

  static Tone lagTone(@Nullable Long bytes) {
    return bytes != null && bytes > SEGMENT ? Tone.WARN : Tone.PLAIN;
  }

  static StateText of(ServerRow row) {
    if (row.hostKeyAlarmAt() != null) {
      return new StateText(
          "host key changed",
          Tone.BAD,
          "It presented a key that is not pinned; nothing is sent to it");
    }
    if (row.unreachableSince() != null) {
      return new StateText(
          "unreachable", Tone.BAD, Objects.requireNonNullElse(row.unreachableReason(), ""));
    }
    return switch (row.freshness()) {
      case "fresh" -> StateText.of("reporting", Tone.OK);
      case "stale" ->
          new StateText("stale", Tone.WARN, "The last report is older than two intervals");
      case "silent" -> new StateText("silent", Tone.BAD, "No report for more than ten intervals");
      default ->
          row.verifiedAt() == null
              ? new StateText(
                  "unverified", Tone.WARN, "Its connection was never checked end to end")
              : new StateText("no report yet", Tone.IDLE, "The agent has not reported");
    };
  }

  static StateText of(HerdRow row) {
    if (row.primaries() > 1) {
      return new StateText(
          "split brain", Tone.BAD, row.primaries() + " members accept writes at the same time");
    }
    if (row.members() == 0) {
      return StateText.of("no members", Tone.IDLE);
    }
    if (row.onlineMembers() == 0) {
      return StateText.of("all stopped", Tone.IDLE);
    }
    if (row.primaries() == 0) {
      return new StateText("no primary", Tone.BAD, "No member is known to accept writes");
    }
    return row.onlineMembers() < row.members()
        ? StateText.of((row.members() - row.onlineMembers()) + " not online", Tone.WARN)
        : StateText.of("online", Tone.OK);
  }

  /**
   * "ready", "not ready: the first reason" or "unknown"; all reasons and the age in the tooltip.
   */
  static StateText ready(HerdRow row) {
    return switch (row.ready()) {
      case "ready" -> new StateText("ready", Tone.DONE, "Every check passed or only warned");
      case "not ready" ->
          new StateText(
              "not ready: " + (row.readyReasons().isEmpty() ? "" : row.readyReasons().getFirst()),
              Tone.WARN,
              String.join("\n", row.readyReasons()));
      default ->
          new StateText(
              "unknown",
              Tone.IDLE,
              row.readyAt() == null
                  ? "Nobody has looked yet"
                  : "The last look is too old to be believed");
    };
  }

  static Field.Cell cell(StateText state) {
    return Field.Cell.of(state.word()).tone(state.tone()).title(state.reason());
  }
}
