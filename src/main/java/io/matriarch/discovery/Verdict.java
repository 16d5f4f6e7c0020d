package io.matriarch.discovery;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Role and state from what was seen. Only the absence of a process proves that it is stopped;
 * whatever runs and does not answer, or could not be looked at, is unreachable.
 *
 * @param role what it was seen to be; null if it did not answer
 * @param likelyRole what its files say it would be, for an instance that never was seen to answer
 */
record Verdict(
    @Nullable String role,
    @Nullable String likelyRole,
    String state,
    @Nullable Boolean online,
    @Nullable String reason) {

  static final String PRIMARY = "primary";
  static final String STANDBY = "standby";
  static final String STOPPED = "stopped";
  static final String UNREACHABLE = "unreachable";

  static Verdict of(JsonNode one) {
    Boolean online = Readings.truth(one, "online");
    if (Boolean.TRUE.equals(online)) {
      return answering(Readings.truth(one, "inRecovery"));
    }
    String likely = likelyRole(one);
    String error = Readings.text(one, "error", 1000);
    String process = Readings.text(one, "state", 100);
    boolean gone =
        process == null
            ? Boolean.FALSE.equals(online) && error == null
            : process.equals(STOPPED) && Boolean.FALSE.equals(online);
    if (gone) {
      return new Verdict(null, likely, STOPPED, false, error);
    }
    return new Verdict(null, likely, UNREACHABLE, null, reason(process, error));
  }

  private static Verdict answering(@Nullable Boolean inRecovery) {
    if (inRecovery == null) {
      return new Verdict(
          null, null, UNREACHABLE, null, "it answers, but not whether it is in recovery");
    }
    String role = inRecovery ? STANDBY : PRIMARY;
    return new Verdict(role, null, role, true, null);
  }

  private static String reason(@Nullable String process, @Nullable String error) {
    if (process == null || process.equals("unknown") || process.equals("running")) {
      return error == null ? "its state could not be read" : error;
    }
    return error == null ? process : process + ": " + error;
  }

  private static @Nullable String likelyRole(JsonNode one) {
    Boolean signal = Readings.truth(one, "standbySignal");
    String control = Readings.text(one, "controlState", 100);
    if (signal == null || control == null) {
      return null;
    }
    if (signal) {
      return STANDBY;
    }
    return control.equals("shut down") || control.equals("in production") ? PRIMARY : null;
  }
}
