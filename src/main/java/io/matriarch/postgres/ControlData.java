package io.matriarch.postgres;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What {@code pg_controldata} prints under {@code LC_ALL=C}. */
final class ControlData {

  private final Map<String, String> values = new HashMap<>();

  void take(String line) {
    int colon = line.indexOf(':');
    if (colon > 0) {
      values.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
  }

  /** Of a stopped instance these are all that is known; nothing, if the file could not be read. */
  void addTo(ObjectNode document) {
    if (values.isEmpty()) {
      return;
    }
    document.put("systemIdentifier", values.get("Database system identifier"));
    document.put("controlState", values.get("Database cluster state"));
    document.put("checkpointLsn", values.get("Latest checkpoint location"));
    document.put("timeline", timeline());
    document.put("maxConnections", number("max_connections setting"));
  }

  /** A standby may have followed further than its last restart point says. */
  private @Nullable Integer timeline() {
    Integer checkpoint = number("Latest checkpoint's TimeLineID");
    Integer recovery = number("Min recovery ending loc's timeline");
    if (checkpoint == null || recovery == null) {
      return checkpoint;
    }
    return Math.max(checkpoint, recovery);
  }

  private @Nullable Integer number(String name) {
    String value = values.get(name);
    return value != null && value.matches("[0-9]{1,9}") ? Integer.valueOf(value) : null;
  }
}
